package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target.Prepared;

/** How records become calls: each its own, or many on a stream. */
interface Calls extends AutoCloseable {

  Prepared prepare(SourceRecord record);

  @Override
  void close();
}
