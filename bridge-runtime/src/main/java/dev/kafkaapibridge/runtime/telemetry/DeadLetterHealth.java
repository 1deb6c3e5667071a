package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.deliver.Failure;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What stands in the way of dead letters. Safe for all lanes. */
public final class DeadLetterHealth {

  private static final int MOST_CAUSES = 5;

  private final @Nullable String topic;
  private final StandingFault fault;
  private volatile boolean flooded;
  private final LetterCauses causes = new LetterCauses();
  private volatile @Nullable Long depth;
  private volatile @Nullable Instant oldest;

  /**
   * @param topic null where no policy uses one
   */
  public DeadLetterHealth(@Nullable String topic, Clock clock) {
    this.topic = topic;
    this.fault = new StandingFault(LoggerFactory.getLogger(DeadLetterHealth.class), clock);
  }

  public void failed(String reason, String message) {
    fault.met(reason, message);
  }

  /** A record was written. */
  void wrote(Failure failure) {
    causes.count(failure);
    wrote();
  }

  /**
   * How much lies in the topic.
   *
   * @param records null: it isn't known
   * @param oldestAt null: there is none, or it isn't known
   */
  public void holds(@Nullable Long records, @Nullable Instant oldestAt) {
    depth = records;
    oldest = oldestAt;
  }

  /**
   * @param written since the start
   */
  StatusReport.DeadLetter report(long written) {
    Instant oldestAt = oldest;
    return new StatusReport.DeadLetter(
        health(),
        topic,
        written,
        depth,
        oldestAt == null ? null : oldestAt.toString(),
        causes.most(MOST_CAUSES));
  }

  /** A write, or a look at the topic, found nothing in the way. */
  public void wrote() {
    fault.mended();
  }

  /** Most records end in the topic, and nothing but a probe is sent meanwhile; or that is over. */
  void flood(boolean begins) {
    flooded = begins;
  }

  Health health() {
    if (topic == null) {
      return new Health(true, "NotUsed", "No policy uses a dead-letter topic.");
    }
    if (flooded) {
      return new Health(
          false,
          "Flooded",
          "The target refused more than half of the records of the last minute, so no more are sent but one in fifteen seconds, until one is accepted. Look at the headers of the newest dead letters: kafka-console-consumer.sh --topic %s --property print.headers=true"
              .formatted(topic));
    }
    return fault
        .now()
        .orElseGet(
            () -> new Health(true, "TopicReady", "Topic '" + topic + "' takes dead letters."));
  }
}
