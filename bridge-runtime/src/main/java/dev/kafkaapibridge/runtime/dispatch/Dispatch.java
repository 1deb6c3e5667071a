package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the poll loop hands records over, and gets their ends. */
public interface Dispatch {

  /** Records of one partition in their order. */
  void handOver(List<SourceRecord> records);

  /**
   * What this program did wrong with a record; null while nothing. The process should be replaced.
   */
  @Nullable Throwable fault();

  /** What ended since this was asked last, in no order. */
  List<Ended> takeEnded();

  /**
   * Waits until every record of these assignments, which have ended, is back. What waits comes back
   * at once as interrupted; calls under way get {@code bound}, then they are cut.
   */
  void awaitEnd(Set<Assignment> assignments, Duration bound);
}
