package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.report.StatusReport.Health;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what changed in the status report, one line an event and none a record: a target
 * that fails and comes back, a gate that closes, dead letters that can't be written. Runs on a
 * thread of its own, which owns it.
 */
public final class EventLog {

  private static final Logger log = LoggerFactory.getLogger(EventLog.class);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration COUNT_EVERY = Duration.ofMinutes(1);

  private final Supplier<StatusReport> reports;
  private final Clock clock;
  private final Map<String, Edges> subjects = new LinkedHashMap<>();
  private Instant countedAt;
  private long deadLettered;
  private long discarded;

  public EventLog(Supplier<StatusReport> reports, Clock clock) {
    this.reports = reports;
    this.clock = clock;
    this.countedAt = clock.instant();
  }

  /** Until the thread is interrupted. */
  public void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        return;
      }
      try {
        look(reports.get());
      } catch (RuntimeException e) {
        log.atError().setCause(e).log("the status could not be looked at; it is tried again");
      }
    }
  }

  void look(StatusReport report) {
    Instant now = clock.instant();
    say("kafka", report.kafka().health(), now);
    say("target", report.target().health(), now);
    say("rate", rate(report), now);
    say("dead letters", report.deadLetter().health(), now);
    if (!now.isBefore(countedAt.plus(COUNT_EVERY))) {
      countedAt = now;
      count(report.records());
    }
  }

  private void say(String subject, Health health, Instant now) {
    Health news = subjects.computeIfAbsent(subject, s -> new Edges()).look(health, now);
    if (news != null) {
      (news.ok() ? log.atInfo() : log.atWarn())
          .addKeyValue("subject", subject)
          .addKeyValue("reason", news.reason())
          .log(news.message());
    }
  }

  private static Health rate(StatusReport report) {
    String until = report.target().gateClosedUntil();
    return until == null
        ? new Health(true, "NotLimited", "Nothing asks to slow down.")
        : new Health(
            false, "RateLimited", "The target asked to slow down; calls wait until " + until + ".");
  }

  /** A flood of records that end badly is one line a minute. */
  private void count(StatusReport.Records records) {
    long newDeadLetters = records.deadLettered() - deadLettered;
    long newlyDiscarded = records.discarded() - discarded;
    deadLettered = records.deadLettered();
    discarded = records.discarded();
    if (newDeadLetters > 0 || newlyDiscarded > 0) {
      log.atWarn()
          .addKeyValue("deadLettered", newDeadLetters)
          .addKeyValue("discarded", newlyDiscarded)
          .log("records of the last minute that were not delivered");
    }
  }
}
