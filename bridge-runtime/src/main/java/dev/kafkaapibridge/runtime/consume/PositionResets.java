package dev.kafkaapibridge.runtime.consume;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that partitions did not go on where the group has committed: in the log, and to whoever asks
 * for the status. Written by the poll loop, read by any thread; it keeps the last twenty.
 */
public final class PositionResets {

  private static final Logger log = LoggerFactory.getLogger(PositionResets.class);

  private static final int KEPT = 20;

  private final Clock clock;
  private final ArrayDeque<PositionReset> last = new ArrayDeque<>();
  private long count;

  public PositionResets(Clock clock) {
    this.clock = clock;
  }

  synchronized void add(
      PositionReset.Reason reason, TopicPartition partition, @Nullable Long from, long to) {
    log.atWarn()
        .addKeyValue("partition", partition)
        .addKeyValue("from", from)
        .addKeyValue("to", to)
        .log(reason.sentence());
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(new PositionReset(clock.instant(), reason, partition, from, to));
    count++;
  }

  /** The last ones, the newest at the end. */
  public synchronized List<PositionReset> last() {
    return List.copyOf(last);
  }

  /** Since the process began. */
  public synchronized long count() {
    return count;
  }
}
