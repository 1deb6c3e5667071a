package dev.kafkaapibridge.runtime.deliver;

/** What keeps a record from being called for now. */
public enum Hold {
  /** The configuration is wrong, and one call now and then looks whether it was mended. */
  Configuration,
  /** The target has asked to slow down. */
  SlowDown,
  /** Most records are refused. */
  Flood,
  /** The rate that the target was found to take, or says that it takes. */
  LearnedRate,
  /** {@code delivery.rateLimit}. */
  RateLimit,
  /** The circuit is not closed, or has closed just now. */
  Circuit,
  /** The group may have given the partition to another member. */
  Membership,
  /** {@code spec.state} is Paused. */
  Paused
}
