package dev.kafkaapibridge.sandbox.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Ten records a second that no API takes. Owns the producer and its thread. */
final class Poison implements AutoCloseable {

  /** In each of them. */
  static final String MARK = "poisonous";

  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;
  private int sent;

  Poison(EmbeddedBroker broker, String topic) {
    var serializer = new ByteArraySerializer();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()), serializer, serializer);
    thread = Thread.ofVirtual().start(() -> send(topic));
  }

  private void send(String topic) {
    try {
      while (true) {
        Thread.sleep(100);
        String value = "{\"" + MARK + "\": " + sent + "}";
        producer.send(new ProducerRecord<>(topic, value.getBytes(UTF_8)));
        sent++;
      }
    } catch (InterruptedException stopped) {
      producer.flush();
    }
  }

  /** Returns when all that was sent is acknowledged. */
  void stop() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many, once it has stopped. */
  int sent() {
    return sent;
  }

  @Override
  public void close() {
    stop();
    producer.close();
  }
}
