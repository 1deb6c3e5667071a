package dev.kafkaapibridge.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kafkaapibridge.api.v1alpha1.ObservabilitySpec.PayloadLogging;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Records in the log: only of deliveries that fail, and only where that is asked for. */
class PayloadLogTest {

  private static final Verdict REFUSED =
      new Verdict.RecordRefused(
          "422", "Refused", "the target answered 422", new Verdict.Clues(null, "no\nstock"));

  private final Logger logger = (Logger) LoggerFactory.getLogger(PayloadLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private Instant now = Instant.EPOCH;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
  }

  private PayloadLog log() {
    return PayloadLog.of(PayloadLogging.OnError, false, clock);
  }

  private static SourceRecord record(String value) {
    return Records.record(Records.assignment("orders", 3), 42, "k", value, new RecordHeaders());
  }

  private Map<String, String> line() {
    assertThat(lines.list).hasSize(1);
    var pairs = new TreeMap<String, String>();
    lines.list.getFirst().getKeyValuePairs().forEach(pair -> pairs.put(pair.key, "" + pair.value));
    return pairs;
  }

  @Test
  void recordAndAnswerOfADeliveryThatFails() {
    log().answered(record("{\"n\": 1}"), REFUSED);
    assertThat(line())
        .isEqualTo(
            Map.of(
                "topic",
                "orders",
                "partition",
                "3",
                "offset",
                "42",
                "verdict",
                "RecordRefused",
                "code",
                "422",
                "key",
                "k",
                "value",
                "{\"n\": 1}",
                "answer",
                "no stock",
                "leftOut",
                "0"));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAcceptedOrSentLaterIsNoFailure(PayloadLogging spec) {
    var log = PayloadLog.of(spec, false, clock);
    for (var verdict :
        List.of(
            new Verdict.Accepted("200"),
            new Verdict.RateLimited("429", null),
            new Verdict.Again("308", Verdict.Again.Why.Redirected),
            new Verdict.Cut("-"))) {
      log.answered(record("secret"), verdict);
    }
    assertThat(lines.list).isEmpty();
  }

  @Test
  void withoutBeingAskedForNothingIsLogged() {
    var log = PayloadLog.of(PayloadLogging.Never, false, clock);
    log.answered(record("secret"), REFUSED);
    log.gaveUp(record("secret"), failure(0));
    assertThat(lines.list).isEmpty();
  }

  /** Of one that was called for, the answers are there already. */
  @Test
  void aRecordThatCannotBeARequestIsThereToo() {
    var log = log();
    log.gaveUp(record("a"), failure(1));
    assertThat(lines.list).isEmpty();
    log.gaveUp(record("b"), failure(0));
    assertThat(line()).containsEntry("value", "b");
  }

  /** A batch that is refused says nothing of the first of its records. */
  @Test
  void inBatchesOnlyThoseThatAreGivenUpAreLogged() {
    var log = PayloadLog.of(PayloadLogging.OnError, true, clock);
    log.answered(record("innocent"), REFUSED);
    assertThat(lines.list).isEmpty();
    log.gaveUp(record("culprit"), failure(3));
    assertThat(line()).containsEntry("value", "culprit");
  }

  private static Failure failure(int attempts) {
    return new Failure(Failure.Cause.Refused, REFUSED, attempts, Instant.EPOCH, Instant.EPOCH);
  }

  @Test
  void aLineASecondAndHowManyAreLeftOut() {
    var log = log();
    for (int i = 0; i < 5; i++) {
      log.answered(record("value " + i), REFUSED);
    }
    assertThat(lines.list).hasSize(1);
    lines.list.clear();
    now = now.plusSeconds(1);
    log.answered(record("next"), REFUSED);
    assertThat(line()).containsEntry("leftOut", "4").containsEntry("value", "next");
  }

  @Test
  void theBeginningAloneAndNothingThatBreaksALine() {
    log().answered(record("é".repeat(2_000)), REFUSED);
    assertThat(line().get("value")).isEqualTo("é".repeat(PayloadLog.LONGEST / 2));
    lines.list.clear();
    log().answered(record("a\n\u001b[31mb\u202e"), REFUSED);
    assertThat(line()).containsEntry("value", "a  [31mb ");
  }

  @Test
  void bytesThatAreNoTextStandInBase64AndNoneAsNull() {
    var assignment = Records.assignment("orders", 3);
    byte[] value = {(byte) 0xff, 0};
    log().answered(Records.record(assignment, 1, null, value, new RecordHeaders()), REFUSED);
    assertThat(line()).containsEntry("value", "base64:/wA=").containsEntry("key", "null");
  }
}
