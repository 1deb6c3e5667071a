package dev.kafkaapibridge.operator.bridge.report;

/** The aspects of a bridge's state; docs/guide/conditions.md describes each with its reasons. */
public enum ConditionType {
  /** The bridge serves this spec. */
  Ready,
  /** Something is under way. Present only while it is. */
  Reconciling,
  /** Nothing will change until somebody changes something. Present only while that is so. */
  Stalled,
  /** The spec can be run by this operator. */
  Accepted,
  /** What the spec names is there. */
  ResolvedRefs,
  /** Pods run. */
  Available,
  /** Pods are members of the consumer group. */
  KafkaConnected,
  /** The API answers. */
  TargetHealthy,
  /** Records that cannot be delivered can be put aside. */
  DeadLetterReady,
  /** Records can be put aside and come back. Present only where pods say so or not. */
  RetryTopicsReady,
  /** What the API answers can be written to its topic. Present only where pods say so or not. */
  AnswersReady,
  /** A limit, declared or the target's own, holds calls back. */
  Throttled,
  /** The number of pods follows something by itself. */
  ScalingActive,
  /** Something keeps the number of pods from what it would be. */
  ScalingLimited,
  /** A record holds up others for good, or until somebody decides. Present only while one does. */
  Blocked,
  /** The bridge is asked to stand still, and does. Present only while it does. */
  Paused,
  /** The operator is asked to touch nothing. Present only while it is. */
  ReconciliationPaused
}
