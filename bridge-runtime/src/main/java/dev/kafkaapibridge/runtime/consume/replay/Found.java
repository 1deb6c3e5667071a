package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.runtime.record.HeaderValue;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.OriginHeaders;
import dev.kafkaapibridge.runtime.record.Past;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record that was found, as it is to be replayed. Pure.
 *
 * @param record as it was in its own topic, with its own headers
 * @param seen the same with all headers that it was found with, for the filter
 * @param time by which it is in the window
 * @param cause why it became a dead letter; empty: it is none
 */
record Found(
    ConsumerRecord<byte[], byte[]> record,
    ConsumerRecord<byte[], byte[]> seen,
    String idempotencyKey,
    Past past,
    Instant time,
    String cause) {

  private static final int LONGEST_CAUSE = 40;

  /** Empty where it is no dead letter of this bridge. */
  static Optional<Found> deadLetter(ConsumerRecord<byte[], byte[]> read, String group) {
    Headers said = read.headers();
    if (!HeaderValue.text(said, "kab-group").equals(Optional.of(group))) {
      return Optional.empty();
    }
    return OriginHeaders.read(read, OriginHeaders.DEAD_LETTER, Found::isOurs)
        .map(origin -> {
          Past before = origin.past();
          return new Found(
              origin.record(),
              with(origin.record(), said),
              origin.idempotencyKey(),
              new Past(before.attempts(), before.firstAttempt(), before.generation() + 1, 0),
              failedAt(read),
              cause(said));
        });
  }

  static Found sourceRecord(ConsumerRecord<byte[], byte[]> read, IdempotencyKey key) {
    return new Found(
        read,
        read,
        key.of(read.offset()),
        new Past(0, Optional.empty(), Past.generation(read.headers()) + 1, 0),
        Instant.ofEpochMilli(Math.max(0, read.timestamp())),
        "");
  }

  private static boolean isOurs(String header) {
    return header.startsWith(OriginHeaders.DEAD_LETTER) || header.startsWith("__connect.errors.");
  }

  private static ConsumerRecord<byte[], byte[]> with(
      ConsumerRecord<byte[], byte[]> record, Headers headers) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        record.value(),
        headers,
        Optional.empty());
  }

  private static Instant failedAt(ConsumerRecord<byte[], byte[]> read) {
    try {
      return Instant.parse(HeaderValue.text(read.headers(), "kab-failed-at").orElse(""));
    } catch (DateTimeException e) {
      return Instant.ofEpochMilli(Math.max(0, read.timestamp()));
    }
  }

  /** Cause and status, in letters that a commit and a status can bear. */
  private static String cause(Headers headers) {
    String both =
        HeaderValue.text(headers, "kab-cause").orElse("")
            + " "
            + HeaderValue.text(headers, "kab-status").orElse("");
    String clean = both.replaceAll("[^A-Za-z0-9_ -]", "").strip();
    return clean.isEmpty()
        ? ReplayCounts.OTHER
        : clean.substring(0, Math.min(clean.length(), LONGEST_CAUSE));
  }
}
