package dev.kafkaapibridge.runtime.letters;

import dev.kafkaapibridge.runtime.record.HeaderValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of a dead-letter topic, and what its headers say of it as far as they can be read:
 * anybody may have written it. Pure.
 */
record Letter(ConsumerRecord<byte[], byte[]> record) {

  /** The last header of that name, as text; empty where there is none. */
  Optional<String> header(String name) {
    return HeaderValue.text(record.headers(), name);
  }

  /** The same where it is a whole number. */
  Optional<Long> number(String name) {
    try {
      return header(name).map(Long::valueOf);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** When it was given up; of a record that doesn't say so its own time. */
  Instant failedAt() {
    try {
      return header("kab-failed-at")
          .map(Instant::parse)
          .orElseGet(() -> Instant.ofEpochMilli(record.timestamp()));
    } catch (DateTimeException e) {
      return Instant.ofEpochMilli(record.timestamp());
    }
  }
}
