package dev.kafkaapibridge.runtime.letters;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record of a dead-letter topic, and what its headers say of it as far as they can be read:
 * anybody may have written it. Pure.
 */
record Letter(ConsumerRecord<byte[], byte[]> record) {

  /** The last header of that name, as text; empty where there is none. */
  Optional<String> header(String name) {
    Header last = record.headers().lastHeader(name);
    return last == null || last.value() == null
        ? Optional.empty()
        : Optional.of(new String(last.value(), StandardCharsets.UTF_8));
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
