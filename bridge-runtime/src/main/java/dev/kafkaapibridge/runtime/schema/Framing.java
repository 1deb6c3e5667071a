package dev.kafkaapibridge.runtime.schema;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Where a record says which schema it was written with. Pure. */
interface Framing {

  /**
   * @param ofKey whether the bytes are the record's key
   * @param protobuf whether a message's place or name stands there as well
   */
  Framed of(byte[] bytes, Headers headers, boolean ofKey, boolean protobuf) throws Undecodable;

  /** The last of the name; null: there is none. */
  static byte @Nullable [] last(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  static Undecodable none(String where) {
    return new Undecodable("NoSchemaId", "names no schema: " + where);
  }
}
