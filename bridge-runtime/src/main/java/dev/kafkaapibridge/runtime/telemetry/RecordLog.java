package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.runtime.deliver.Hold;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Each record's way as lines of level Debug, without anything that the record holds. At other
 * levels it costs a look at the level.
 */
final class RecordLog {

  private static final Logger log = LoggerFactory.getLogger(RecordLog.class);

  private RecordLog() {}

  static void heldBack(SourceRecord record, Hold by, Duration waited) {
    if (log.isDebugEnabled()) {
      of(record)
          .addKeyValue("by", by)
          .addKeyValue("millis", waited.toMillis())
          .log("a call waited for leave");
    }
  }

  /** In a batch, the record is the first of those that the call was for. */
  static void answered(SourceRecord record, Verdict verdict, Duration took) {
    if (log.isDebugEnabled()) {
      of(record)
          .addKeyValue("verdict", verdict.getClass().getSimpleName())
          .addKeyValue("code", verdict.code())
          .addKeyValue("reason", verdict.reason())
          .addKeyValue("millis", took.toMillis())
          .log("a call was answered");
    }
  }

  static void ended(SourceRecord record, Outcome outcome) {
    if (log.isDebugEnabled()) {
      of(record).addKeyValue("outcome", outcome.getClass().getSimpleName()).log("a record ended");
    }
  }

  static void ended(List<SourceRecord> records, Outcome outcome) {
    if (log.isDebugEnabled()) {
      records.forEach(record -> ended(record, outcome));
    }
  }

  private static LoggingEventBuilder of(SourceRecord source) {
    var record = source.record();
    return log.atDebug()
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset());
  }
}
