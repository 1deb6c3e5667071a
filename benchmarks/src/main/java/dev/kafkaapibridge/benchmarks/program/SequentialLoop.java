package dev.kafkaapibridge.benchmarks.program;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What most people write first: one record after the other. */
final class SequentialLoop {

  private SequentialLoop() {}

  public static void main(String[] arguments) throws IOException {
    Task task = Task.of(arguments);
    Sender sender = Sender.plain(task);
    try (var consumer = task.consumer()) {
      consumer.subscribe(List.of(task.topic()));
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          sender.send(record.value());
        }
        consumer.commitAsync();
      }
    }
  }
}
