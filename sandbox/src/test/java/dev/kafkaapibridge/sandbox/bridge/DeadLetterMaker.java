package dev.kafkaapibridge.sandbox.bridge;

import dev.kafkaapibridge.sandbox.broker.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes dead letters as the bridge would have written them, by the contract of their headers. */
final class DeadLetterMaker {

  private DeadLetterMaker() {}

  /**
   * @param status that the API had answered, by the record
   */
  static void write(
      Broker broker,
      String topic,
      String group,
      List<ConsumerRecord<byte[], byte[]>> records,
      Instant failedAt,
      ToIntFunction<ConsumerRecord<byte[], byte[]>> status) {
    var serializer = new ByteArraySerializer();
    var failures = Collections.synchronizedList(new ArrayList<Exception>());
    try (var producer =
        new KafkaProducer<>(
            new HashMap<String, Object>(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "linger.ms",
                    "5",
                    // On a topic just made, a first batch that came too early would be out of
                    // sequence for good.
                    "max.in.flight.requests.per.connection",
                    "1")),
            serializer,
            serializer)) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        var letter = new ProducerRecord<>(topic, record.key(), record.value());
        record.headers().forEach(letter.headers()::add);
        int answered = status.applyAsInt(record);
        Map.of(
                "kab-dead-letter-version",
                "1",
                "kab-topic",
                record.topic(),
                "kab-partition",
                Integer.toString(record.partition()),
                "kab-offset",
                Long.toString(record.offset()),
                "kab-timestamp",
                Long.toString(record.timestamp()),
                "kab-timestamp-type",
                record.timestampType().name,
                "kab-group",
                group,
                "kab-idempotency-key",
                key(record),
                "kab-attempts",
                "1",
                "kab-generation",
                "0")
            .forEach((name, value) -> add(letter, name, value));
        add(letter, "kab-cause", answered == 503 ? "AttemptsExhausted" : "Refused");
        add(letter, "kab-status", Integer.toString(answered));
        add(letter, "kab-first-attempt-at", failedAt.toString());
        add(letter, "kab-failed-at", failedAt.toString());
        producer.send(
            letter,
            (metadata, failure) -> {
              if (failure != null) {
                failures.add(failure);
              }
            });
      }
      producer.flush();
      if (!failures.isEmpty()) {
        throw new IllegalStateException("dead letters were not written", failures.getFirst());
      }
    }
  }

  private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** As the bridge makes them, a UUID; another one than the bridge's own. */
  private static String key(ConsumerRecord<byte[], byte[]> record) {
    String place = record.topic() + "-" + record.partition() + "@" + record.offset();
    return UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
