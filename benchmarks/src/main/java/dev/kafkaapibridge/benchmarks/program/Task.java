package dev.kafkaapibridge.benchmarks.program;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a contestant is to do: read a topic from its start, POST each value to the API.
 *
 * @param inFlight calls at once, at most
 */
record Task(
    String bootstrapServers, String topic, String group, String url, int inFlight, String variant) {

  static Task of(String... arguments) {
    return new Task(
        arguments[0],
        arguments[1],
        arguments[2],
        arguments[3],
        Integer.parseInt(arguments[4]),
        arguments[5]);
  }

  Consumer<byte[], byte[]> consumer() {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("group.id", group);
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", false);
    settings.put("max.poll.records", 500);
    return new KafkaConsumer<>(
        Map.copyOf(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
