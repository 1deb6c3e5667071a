package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.Words.counted;

import dev.kafkaapibridge.operator.bridge.observe.PositionReset;
import dev.kafkaapibridge.operator.kube.Notice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Partitions that did not go on where the group had committed, as events: one for each cause and
 * topic, since a topic's partitions often share the fate. Pure.
 */
public final class PositionNotices {

  private PositionNotices() {}

  public static List<Notice> of(List<PositionReset> resets) {
    Map<List<String>, List<PositionReset>> alike =
        resets.stream()
            .collect(
                Collectors.groupingBy(
                    reset -> List.of(reset.reason(), reset.topic()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return alike.values().stream().map(PositionNotices::notice).toList();
  }

  private static Notice notice(List<PositionReset> alike) {
    PositionReset first = alike.getFirst();
    int others = alike.size() - 1;
    String note =
        what(first)
            + action(first)
            + (others == 0 ? "" : "; likewise " + counted(others, "more partition"));
    return new Notice(Notice.Type.Warning, first.reason(), "Consume", note);
  }

  private static String what(PositionReset reset) {
    String partition = "Partition %d of topic '%s': ".formatted(reset.partition(), reset.topic());
    return partition
        + switch (reset.reason()) {
          case "OffsetOutOfRange" ->
              reset.from() != null && reset.from() < reset.to()
                  ? "records from offset %d to %d were not read, since retention has removed the next one"
                      .formatted(reset.from(), reset.to() - 1)
                  : "the next record is gone";
          case "LogTruncated" -> "its log was cut off";
          case "TopicMadeAgain" -> "the topic was deleted and made again";
          case "NoCommittedOffset" -> "the group had no offset for it";
          default -> "it did not go on where the group had committed";
        };
  }

  private static String action(PositionReset reset) {
    return "; reading goes on at offset "
        + reset.to()
        + (reset.reason().equals("OffsetOutOfRange")
            ? ", as spec.kafka.onOffsetOutOfRange says"
            : "");
  }
}
