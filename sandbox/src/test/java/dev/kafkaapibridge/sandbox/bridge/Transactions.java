package dev.kafkaapibridge.sandbox.bridge;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records that are committed, and records that never were. */
final class Transactions {

  private Transactions() {}

  static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
    var serializer = new ByteArraySerializer();
    var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", bootstrapServers, "transactional.id", "test"),
            serializer,
            serializer);
    producer.initTransactions();
    return producer;
  }

  static void commit(KafkaProducer<byte[], byte[]> producer, String topic, int records) {
    send(producer, topic, records);
    producer.commitTransaction();
  }

  static void abort(KafkaProducer<byte[], byte[]> producer, String topic, int records) {
    send(producer, topic, records);
    producer.flush();
    producer.abortTransaction();
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String topic, int records) {
    producer.beginTransaction();
    for (int i = 0; i < records; i++) {
      producer.send(
          new ProducerRecord<>(
              topic,
              ("key-" + i).getBytes(StandardCharsets.UTF_8),
              "{}".getBytes(StandardCharsets.UTF_8)));
    }
  }
}
