package dev.kafkaapibridge.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.Hold;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A record's way in the log: where it went, and nothing of what it holds. */
class RecordLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(RecordLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  private final SourceRecord record =
      Records.record(
          Records.assignment("orders", 3), 42, "canary-key", "canary-value", new RecordHeaders());

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
    logger.setLevel(null);
  }

  private void goes() {
    var refused =
        new Verdict.RecordRefused(
            "422", "Refused", "the target said canary", new Verdict.Clues(null, "canary-answer"));
    RecordLog.heldBack(record, Hold.values()[0], Duration.ofMillis(7));
    RecordLog.answered(record, refused, Duration.ofMillis(12));
    RecordLog.ended(record, new Outcome.DeadLettered());
    RecordLog.ended(List.of(record), new Outcome.Delivered());
  }

  @Test
  void eachStepIsALineWithoutContents() {
    logger.setLevel(Level.DEBUG);
    goes();
    assertThat(lines.list)
        .extracting(line -> line.getMessage() + " " + pairs(line))
        .containsExactly(
            "a call waited for leave topic=orders partition=3 offset=42 by=%s millis=7"
                .formatted(Hold.values()[0]),
            "a call was answered topic=orders partition=3 offset=42 verdict=RecordRefused code=422 reason=Refused millis=12",
            "a record ended topic=orders partition=3 offset=42 outcome=DeadLettered",
            "a record ended topic=orders partition=3 offset=42 outcome=Delivered");
  }

  private static String pairs(ILoggingEvent line) {
    return line.getKeyValuePairs().stream()
        .map(pair -> pair.key + "=" + pair.value)
        .collect(Collectors.joining(" "));
  }

  @Test
  void atInfoThereIsNone() {
    logger.setLevel(Level.INFO);
    goes();
    assertThat(lines.list).isEmpty();
  }
}
