package dev.kafkaapibridge.runtime.deliver;

/**
 * The end of a record. Each record has exactly one; all but {@link Interrupted} let the group's
 * offset pass.
 */
public sealed interface Outcome {

  /** Whether the group's offset may pass the record. */
  default boolean isEnd() {
    return switch (this) {
      case Delivered ignored -> true;
      case Skipped ignored -> true;
      case DeadLettered ignored -> true;
      case PutAside ignored -> true;
      case Discarded ignored -> true;
      case Interrupted ignored -> false;
    };
  }

  /** The API has accepted it. */
  record Delivered() implements Outcome {}

  /** No call was made for it, as the spec asks. */
  record Skipped() implements Outcome {}

  /** It is in the dead-letter topic, acknowledged by all in-sync replicas. */
  record DeadLettered() implements Outcome {}

  /** It is in a retry topic, acknowledged by all in-sync replicas, and is read from there. */
  record PutAside() implements Outcome {}

  /** It was given up and counted, as {@code onRefused} or {@code onExhausted: Discard} asks. */
  record Discarded() implements Outcome {}

  /**
   * Its partition was taken away or the process stops: the partition's next owner reads it again.
   */
  record Interrupted() implements Outcome {}
}
