package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.v1alpha1.ObservabilitySpec.PayloadLogging;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.record.CleanText;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs how records begin whose delivery fails, and the answers to them, where the spec asks for it;
 * nowhere else is any part of a record logged. A line a second at most: an API that fails answers
 * thousands of calls alike. Safe for all lanes.
 */
public final class PayloadLog {

  private static final Logger log = LoggerFactory.getLogger(PayloadLog.class);

  /** Of a key, a value, and an answer. */
  static final int LONGEST = 1_000;

  private static final long EVERY = Duration.ofSeconds(1).toMillis();

  private final boolean wanted;
  private final boolean inBatches;
  private final Clock clock;
  private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong leftOut = new AtomicLong();

  private PayloadLog(boolean wanted, boolean inBatches, Clock clock) {
    this.wanted = wanted;
    this.inBatches = inBatches;
    this.clock = clock;
  }

  /**
   * @param inBatches whether a call is for several records: what is said of it says nothing of one
   *     of them, so that only those are logged that are given up
   */
  public static PayloadLog of(PayloadLogging spec, boolean inBatches, Clock clock) {
    return new PayloadLog(spec == PayloadLogging.OnError, inBatches, clock);
  }

  /** A call came to a verdict. */
  void answered(SourceRecord record, Verdict verdict) {
    if (!wanted || inBatches) {
      return;
    }
    switch (verdict) {
      case Verdict.RecordRefused ignored -> say(record, verdict);
      case Verdict.TargetFailed ignored -> say(record, verdict);
      case Verdict.TargetMisconfigured ignored -> say(record, verdict);
      case Verdict.Accepted ignored -> {}
      case Verdict.RateLimited ignored -> {}
      case Verdict.Again ignored -> {}
      case Verdict.Cut ignored -> {}
    }
  }

  /** It is given up; said here where no call was for it alone. */
  void gaveUp(SourceRecord record, Failure failure) {
    if (wanted && (inBatches || failure.attempts() == 0)) {
      say(record, failure.last());
    }
  }

  private void say(SourceRecord source, Verdict verdict) {
    long now = clock.millis();
    long due = next.get();
    if (now < due || !next.compareAndSet(due, now + EVERY)) {
      leftOut.incrementAndGet();
      return;
    }
    var record = source.record();
    log.atWarn()
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("verdict", verdict.getClass().getSimpleName())
        .addKeyValue("code", verdict.code())
        .addKeyValue("key", text(record.key()))
        .addKeyValue("value", text(record.value()))
        .addKeyValue("answer", CleanText.of(String.valueOf(verdict.clues().answer()), LONGEST))
        .addKeyValue("leftOut", leftOut.getAndSet(0))
        .log("a delivery failed");
  }

  /** The beginning, as text where it is text, else as base64. */
  private static String text(byte @Nullable [] content) {
    if (content == null) {
      return "null";
    }
    int length = Math.min(content.length, LONGEST);
    var text = CharBuffer.allocate(length);
    // Not the end of the input: the cut may go through a character.
    boolean isText =
        !StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(content, 0, length), text, false)
            .isError();
    return isText
        ? CleanText.of(text.flip().toString(), LONGEST)
        : "base64:" + Base64.getEncoder().encodeToString(Arrays.copyOf(content, length));
  }
}
