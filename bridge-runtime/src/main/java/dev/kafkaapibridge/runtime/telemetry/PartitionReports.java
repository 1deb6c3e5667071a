package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.consume.ConsumptionView.PartitionView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a consumer's partitions look like in a report. Pure. */
final class PartitionReports {

  private PartitionReports() {}

  static List<StatusReport.Partition> of(ConsumptionView view) {
    return view.snapshot().partitions().stream().map(partition -> of(view, partition)).toList();
  }

  private static StatusReport.Partition of(ConsumptionView view, PartitionView p) {
    Long end = view.end(p.partition());
    boolean underWay = p.unfinished() > 0;
    return new StatusReport.Partition(
        p.partition().topic(),
        p.partition().partition(),
        p.committed() < 0 ? null : p.committed(),
        end,
        view.lag(p),
        p.unfinished(),
        p.paused(),
        p.pause(),
        text(p.pausedSince()),
        underWay ? p.committable() : null,
        underWay ? text(p.committableSince()) : null,
        end == null ? null : text(view.endsAt()),
        view.backlog(p),
        text(p.dueAt()),
        view.due(p),
        p.aside() == null ? null : text(p.aside().oldestAt()));
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
