package dev.kafkaapibridge.sandbox.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

  @TempDir static Path directory;
  static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(directory, List.of("localhost"), Map.of());
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Test
  void whatIsProducedCanBeRead() {
    broker.topics().create("shop", 3);
    try (var producer = new OrderProducer(broker, "shop", 10)) {
      producer.produce(100);
      assertThat(producer.sent().cardinality()).isEqualTo(100);
    }

    var records = broker.topics().read("shop");

    assertThat(records)
        .extracting(record -> new String(record.value(), UTF_8))
        .hasSize(100)
        .contains("{\"order\":\"order-00007\",\"sequence\":97,\"item\":\"umbrella\",\"pieces\":3}");
    assertThat(records.getFirst().headers().lastHeader("origin").value())
        .isEqualTo("web-shop".getBytes(UTF_8));
  }

  @Test
  void recordsOffsetsAndPortsOutliveARestart() {
    broker.topics().create("kept", 1);
    var partition = new TopicPartition("kept", 0);
    String before = broker.bootstrapServers();
    try (var producer = new OrderProducer(broker, "kept", 1);
        var consumer = consumer("readers")) {
      producer.produce(10);
      consumer.assign(List.of(partition));
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(7, "seven")));

      broker.restart();
      producer.produce(1);
    }

    assertThat(broker.bootstrapServers()).isEqualTo(before);
    assertThat(broker.topics().read("kept")).hasSize(11);
    assertThat(broker.topics().committed("readers").get(partition).metadata()).isEqualTo("seven");
    assertThat(broker.topics().lag("readers", "kept")).hasValue(4);
  }

  @Test
  void whatWasAbortedIsNotAmongWhatIsCommitted() {
    broker.topics().create("transactions", 1);
    var serializer = new ByteArraySerializer();
    var connection = new HashMap<String, Object>();
    connection.put("bootstrap.servers", broker.bootstrapServers());
    connection.put("transactional.id", "shop");
    try (var producer = new KafkaProducer<>(connection, serializer, serializer)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("transactions", "aborted".getBytes(UTF_8)));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("transactions", "kept".getBytes(UTF_8)));
      producer.commitTransaction();
    }

    assertThat(broker.topics().read("transactions")).hasSize(2);
    assertThat(broker.topics().readCommitted("transactions"))
        .extracting(record -> new String(record.value(), UTF_8))
        .containsExactly("kept");
  }

  @Test
  void othersReachItByTheAddressThatWasGiven() {
    broker.topics().create("elsewhere", 1);
    var connection = new HashMap<String, Object>();
    connection.put("bootstrap.servers", broker.bootstrapServers("localhost"));
    var deserializer = new ByteArrayDeserializer();

    try (var consumer = new KafkaConsumer<>(connection, deserializer, deserializer)) {
      assertThat(consumer.partitionsFor("elsewhere"))
          .allSatisfy(partition ->
              assertThat(partition.leader().host() + ":" + partition.leader().port())
                  .isEqualTo(broker.bootstrapServers("localhost")));
    }
  }

  @Test
  void whatIsNotThereIsEmptyRatherThanAnError() {
    broker.topics().create("untouched", 2);

    assertThat(broker.topics().read("never-made")).isEmpty();
    assertThat(broker.topics().members("nobody")).isZero();
    assertThat(broker.topics().lag("nobody", "untouched")).isEmpty();
    assertThat(broker.topics().lag("nobody", "untouched")).isEmpty();
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String group) {
    var deserializer = new ByteArrayDeserializer();
    return new KafkaConsumer<>(
        new HashMap<>(
            Map.<String, Object>of(
                "bootstrap.servers", broker.bootstrapServers(), "group.id", group)),
        deserializer,
        deserializer);
  }
}
