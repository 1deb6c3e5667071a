package dev.kafkaapibridge.benchmarks.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The ceiling for batches: what a poll brings, 500 records at most, is one request with a line for
 * each, on a virtual thread; and not a single guarantee.
 */
final class LinesLoop {

  private LinesLoop() {}

  public static void main(String[] arguments) throws InterruptedException {
    Task task = Task.of(arguments);
    Sender sender = Sender.lean(task);
    var permits = new Semaphore(task.inFlight());
    long committed = System.nanoTime();
    try (var consumer = task.consumer()) {
      consumer.subscribe(java.util.List.of(task.topic()));
      while (true) {
        var body = new ByteArrayOutputStream();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          body.writeBytes(record.value());
          body.write('\n');
        }
        if (body.size() > 0) {
          permits.acquire();
          Thread.ofVirtual().start(() -> deliver(sender, body.toByteArray(), permits));
        }
        if (System.nanoTime() - committed > 1_000_000_000L) {
          consumer.commitAsync();
          committed = System.nanoTime();
        }
      }
    }
  }

  private static void deliver(Sender sender, byte[] lines, Semaphore permits) {
    try {
      sender.send(lines);
    } catch (IOException e) {
      System.err.println(e.getMessage());
    } finally {
      permits.release();
    }
  }
}
