package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands in the way of answers. A fault stands as long as it holds a record: that answers of
 * others are written says nothing of one that is too large. Safe for all lanes.
 */
public final class AnswerHealth {

  private static final Logger log = LoggerFactory.getLogger(AnswerHealth.class);

  private final @Nullable String topic;
  private final HeldRecords held;
  private final AtomicLong written = new AtomicLong();

  /** What a write has met last. */
  private volatile @Nullable Health failed;

  /** What a look at the topic has met, before any record depended on it. */
  private volatile @Nullable Health missing;

  /**
   * @param topic null where no answers are wanted
   */
  public AnswerHealth(@Nullable String topic, HeldRecords held) {
    this.topic = topic;
    this.held = held;
  }

  public void missing(String reason, String message) {
    log(missing, reason, message);
    missing = new Health(false, reason, message);
  }

  /** The topic is there. */
  public void found() {
    missing = null;
  }

  void failed(String reason, String message) {
    log(holds() ? failed : null, reason, message);
    failed = new Health(false, reason, message);
  }

  private static void log(@Nullable Health before, String reason, String message) {
    if (before == null || !before.reason().equals(reason)) {
      log.atError().addKeyValue("reason", reason).log(message);
    }
  }

  void wrote() {
    written.incrementAndGet();
    missing = null;
  }

  @Nullable String topic() {
    return topic;
  }

  long written() {
    return written.get();
  }

  private boolean holds() {
    return held.count(HeldRecords.Why.AnswerFails) > 0;
  }

  Health health() {
    Health fault = failed;
    if (fault != null && holds()) {
      return fault;
    }
    Health absent = missing;
    return absent != null
        ? absent
        : new Health(true, "TopicReady", "Topic '" + topic + "' takes answers.");
  }
}
