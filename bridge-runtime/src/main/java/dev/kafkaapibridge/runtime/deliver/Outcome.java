package dev.kafkaapibridge.runtime.deliver;

/**
 * The end of a record. Each record has exactly one; all but {@link Interrupted} let the group's
 * offset pass.
 */
public sealed interface Outcome {

  /** The API has accepted it. */
  record Delivered() implements Outcome {}

  /** It is in the dead-letter topic, acknowledged by all in-sync replicas. */
  record DeadLettered() implements Outcome {}

  /** It was given up and counted, as {@code onRefused} or {@code onExhausted: Discard} asks. */
  record Discarded() implements Outcome {}

  /**
   * Its partition was taken away or the process stops: the partition's next owner reads it again.
   */
  record Interrupted() implements Outcome {}
}
