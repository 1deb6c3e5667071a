package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition without a committed offset begins. {@code startFrom} applies once in a bridge's
 * life, to the partitions that are there at its first start. After that a missing offset means the
 * earliest record, never the latest: committed offsets expire with the group, and a bridge that was
 * stopped for a week must not skip what waited. Pure.
 */
public sealed interface StartPosition {

  record Earliest() implements StartPosition {}

  record Latest() implements StartPosition {}

  /** The first record of that time or later, else the end. */
  record AtTime(long epochMillis) implements StartPosition {}

  /** What the spec asks for at the first start. */
  static StartPosition asked(KafkaSpec kafka) {
    return switch (kafka.startFrom()) {
      case Earliest -> new Earliest();
      case Latest -> new Latest();
      case Timestamp -> atTime(kafka.startTimestamp());
    };
  }

  /**
   * Whether this is the bridge's first start.
   *
   * @param startedBefore the status or the command line says that it has started before
   * @param groupHasOffsets the group has committed anything for its topics
   */
  static boolean isFirstStart(boolean startedBefore, boolean groupHasOffsets) {
    return !startedBefore && !groupHasOffsets;
  }

  private static StartPosition atTime(java.time.@Nullable OffsetDateTime time) {
    if (time == null) {
      throw new IllegalArgumentException(
          "spec.kafka.startTimestamp is missing, which the CRD's rule forbids");
    }
    return new AtTime(time.toInstant().toEpochMilli());
  }
}
