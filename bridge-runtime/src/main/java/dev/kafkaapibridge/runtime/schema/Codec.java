package dev.kafkaapibridge.runtime.schema;

/** Decodes what was written with one schema. Immutable; any thread may use it. */
interface Codec {

  /** As JSON, in UTF-8. */
  byte[] json(Framed framed) throws Undecodable;
}
