package dev.kafkaapibridge.benchmarks.program;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Confluent's parallel consumer with its own worker threads and the HTTP client of the bridge. */
final class ParallelConsumer {

  private ParallelConsumer() {}

  public static void main(String[] arguments) throws InterruptedException {
    Task task = Task.of(arguments);
    Sender sender = Sender.lean(task);
    var processor = ParallelStreamProcessor.createEosStreamProcessor(options(task));
    processor.subscribe(List.of(task.topic()));
    processor.poll(context -> {
      try {
        sender.send(context.value());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    Thread.currentThread().join();
  }

  static ParallelConsumerOptions<byte[], byte[]> options(Task task) {
    return ParallelConsumerOptions.<byte[], byte[]>builder()
        .consumer(task.consumer())
        .ordering(task.variant().equals("key") ? ProcessingOrder.KEY : ProcessingOrder.UNORDERED)
        .maxConcurrency(task.inFlight())
        // It looks into the consumer's private fields for auto-commit, which this version moved.
        .ignoreReflectiveAccessExceptionsForAutoCommitDisabledCheck(true)
        .build();
  }
}
