package dev.kafkaapibridge.benchmarks.program;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The ceiling: a virtual thread for each record and not a single guarantee. Not more threads than
 * permits, for threads that wait for one cost more than the order of the whole bridge.
 */
final class BareLoop {

  private BareLoop() {}

  public static void main(String[] arguments) throws InterruptedException {
    Task task = Task.of(arguments);
    Sender sender =
        switch (task.variant()) {
          case "lean" -> Sender.lean(task);
          case "bare" -> Sender.bare(task);
          case "grpc" -> Sender.grpc(task);
          default -> Sender.plain(task);
        };
    var permits = new Semaphore(task.inFlight());
    long committed = System.nanoTime();
    try (var consumer = task.consumer()) {
      consumer.subscribe(java.util.List.of(task.topic()));
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          permits.acquire();
          Thread.ofVirtual().start(() -> deliver(sender, record.value(), permits));
        }
        if (System.nanoTime() - committed > 1_000_000_000L) {
          consumer.commitAsync();
          committed = System.nanoTime();
        }
      }
    }
  }

  private static void deliver(Sender sender, byte[] value, Semaphore permits) {
    try {
      sender.send(value);
    } catch (IOException e) {
      System.err.println(e.getMessage());
    } finally {
      permits.release();
    }
  }
}
