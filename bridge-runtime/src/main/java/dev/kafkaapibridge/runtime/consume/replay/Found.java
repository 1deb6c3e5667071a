package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.OriginHeaders;
import dev.kafkaapibridge.runtime.record.Past;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

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
    if (!group.equals(text(said, "kab-group"))) {
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
      return Instant.parse(String.valueOf(text(read.headers(), "kab-failed-at")));
    } catch (DateTimeException e) {
      return Instant.ofEpochMilli(Math.max(0, read.timestamp()));
    }
  }

  /** Cause and status, in letters that a commit and a status can bear. */
  private static String cause(Headers headers) {
    String both = text(headers, "kab-cause") + " " + text(headers, "kab-status");
    String clean = both.replace("null", "").replaceAll("[^A-Za-z0-9_ -]", "").strip();
    return clean.isEmpty()
        ? ReplayCounts.OTHER
        : clean.substring(0, Math.min(clean.length(), LONGEST_CAUSE));
  }

  private static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
