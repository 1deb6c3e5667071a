package dev.kafkaapibridge.operator.scale;

/** How pods are counted at present. Exactly one holds; docs/guide/scaling.md tells of each. */
public enum Regime {
  /** As many pods as the records that come and wait ask for. */
  Tracking,
  /** The API accepts less than is wanted: as many pods as can carry that. */
  ApiBound,
  /** Answers have become slow and slots are full: more pods, step by step, as long as they help. */
  LatencyBound,
  /** More pods only made answers slower, so they were taken back. */
  Saturated,
  /** The API fails: the number stays. */
  ApiDownHold,
  /** The API has failed for long: few pods keep trying. */
  ApiDown,
  /** The API works again: the former number returns, and nothing is taken away yet. */
  ApiRecovering,
  /** One partition asks for more than a pod manages. */
  HotPartition,
  /** No pod is up that could tell anything: the number stays. */
  AwaitingPods,
  /** What is known is too little or too old: the number stays. */
  StaleMetrics,
  /** Nothing has come in for long, and nothing waits. */
  Idle,
  /** There were no pods, and now there is something to do: as many at once as it asks for. */
  Activating;

  /** Whether more pods than carry the API's ceiling buy nothing. */
  boolean isCapped() {
    return this == ApiBound || this == Saturated;
  }
}
