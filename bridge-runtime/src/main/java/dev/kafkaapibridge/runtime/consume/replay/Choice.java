package dev.kafkaapibridge.runtime.consume.replay;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Which records are replayed, of those in the window. Pure. */
public interface Choice {

  /** What it says of a record. */
  enum Answer {
    Passes,
    Fails,
    /** It can't be applied to this record. */
    Unjudged,
    /** What is needed to judge isn't there yet. */
    NotYet
  }

  /** All that were found. */
  Choice ALL = record -> Answer.Passes;

  Answer of(ConsumerRecord<byte[], byte[]> record);
}
