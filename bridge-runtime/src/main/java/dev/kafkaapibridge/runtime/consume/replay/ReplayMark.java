package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.runtime.consume.CommitMetadata;
import dev.kafkaapibridge.runtime.record.Leb128;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What travels with a committed offset of the replays' group: {@code
 * kabr1;t=TOPIC-ID;u=UID;s=STARTED;n=END;c=COUNTS;k=CAUSES;d=OFFSETS}. A frozen contract, see
 * docs/contracts/replay-metadata.md. Pure.
 *
 * @param topicId the topic that the commit was made for
 * @param uid of the replay that has read here last
 * @param startedAt when that one was given to the pods
 * @param end where it ends here, exclusive
 * @param counts of its records here that have ended
 * @param replayed by all replays
 */
record ReplayMark(
    Uuid topicId,
    String uid,
    Instant startedAt,
    long end,
    ReplayCounts counts,
    ReplayedOffsets replayed) {

  private static final String VERSION = "kabr1";

  /** Once more, after one more record. */
  ReplayMark after(ReplayCounts more) {
    return new ReplayMark(topicId, uid, startedAt, end, counts.plus(more), replayed);
  }

  /** Of another replay, which begins. */
  ReplayMark next(String uid, Instant startedAt, long end) {
    return new ReplayMark(topicId, uid, startedAt, end, ReplayCounts.NONE, replayed);
  }

  String encode() {
    String head =
        VERSION
            + ";t="
            + topicId
            + ";u="
            + uid
            + ";s="
            + startedAt.toEpochMilli()
            + ";n="
            + end
            + ";c="
            + Leb128.encode(
                List.of(
                    counts.matched(),
                    counts.skipped(),
                    counts.unjudged(),
                    counts.already(),
                    counts.replayed(),
                    counts.failed()))
            + ";k="
            + counts.byCause().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(cause -> cause.getKey() + "=" + cause.getValue())
                .collect(Collectors.joining(","));
    String offsets = ";d=";
    return head
        + offsets
        + replayed.write(CommitMetadata.MAX_CHARACTERS - head.length() - offsets.length());
  }

  /** Null where it is none of ours. */
  static @Nullable ReplayMark decode(@Nullable String text) {
    if (text == null || !text.startsWith(VERSION + ";")) {
      return null;
    }
    try {
      var sections = new TreeMap<String, String>();
      for (String section : text.substring(VERSION.length() + 1).split(";", -1)) {
        if (section.length() >= 2) {
          sections.put(section.substring(0, 2), section.substring(2));
        }
      }
      List<Long> counts = Leb128.decode(sections.getOrDefault("c=", ""));
      return new ReplayMark(
          Uuid.fromString(sections.getOrDefault("t=", "")),
          sections.getOrDefault("u=", ""),
          Instant.ofEpochMilli(Long.parseLong(sections.getOrDefault("s=", ""))),
          Long.parseLong(sections.getOrDefault("n=", "")),
          new ReplayCounts(
              counts.get(0),
              counts.get(1),
              counts.get(2),
              counts.get(3),
              counts.get(4),
              counts.get(5),
              causes(sections.getOrDefault("k=", ""))),
          ReplayedOffsets.read(sections.getOrDefault("d=", "")));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      return null;
    }
  }

  private static Map<String, Long> causes(String text) {
    var causes = new TreeMap<String, Long>();
    for (String one : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int equals = one.indexOf('=');
      causes.put(one.substring(0, equals), Long.parseLong(one.substring(equals + 1)));
    }
    return causes;
  }
}
