package dev.kafkaapibridge.runtime.record;

/** What tells a record's idempotency key: its coordinates, or a text that it was given. Pure. */
public sealed interface RecordKey permits IdempotencyKey, RecordKey.Given {

  /**
   * @param offset of the record in its own topic
   */
  String of(long offset);

  /** One record's, which it has brought with it. */
  record Given(String key) implements RecordKey {
    @Override
    public String of(long offset) {
      return key;
    }
  }
}
