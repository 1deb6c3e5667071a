package dev.kafkaapibridge.benchmarks.program;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * What a careful team deploys under a lag scaler: so many calls at once for each pod, a record that
 * was refused or failed is tried again by the thread that has it (after 0.5 s, doubled up to 30 s,
 * 50 to 100 % of it by chance, and not before {@code Retry-After} is over), and no offset is
 * committed before all below it are delivered. No throttle, no order of a key.
 *
 * <p>Started as a pod's program is: {@code --address ADDRESS}, then a {@link Task}'s arguments.
 */
final class PlainConsumer implements ConsumerRebalanceListener {

  private static final double FIRST_BACKOFF = 0.5;
  private static final double LONGEST_BACKOFF = 30;

  private final Task task;
  private final Sender sender;
  private final Semaphore slots;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, NavigableSet<Long>> underWay = new ConcurrentHashMap<>();

  private PlainConsumer(Task task) {
    this.task = task;
    this.sender = Sender.lean(task);
    this.slots = new Semaphore(task.inFlight());
    this.consumer = task.consumer();
  }

  public static void main(String[] arguments) {
    Task task = Task.of(Arrays.copyOfRange(arguments, 2, arguments.length));
    var program = new PlainConsumer(task);
    Thread running = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              program.consumer.wakeup();
              try {
                running.join(Duration.ofSeconds(20));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
    program.run();
  }

  /** Until it is woken up; leaves the group, so that nobody waits for its session to expire. */
  private void run() {
    try (consumer) {
      consumer.subscribe(List.of(task.topic()), this);
      long committed = System.nanoTime();
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          start(record);
        }
        if (System.nanoTime() - committed > 1_000_000_000L) {
          consumer.commitAsync(settled(consumer.assignment()), null);
          committed = System.nanoTime();
        }
      }
    } catch (WakeupException e) {
      // told to stop; what is under way comes again elsewhere
    }
  }

  private void start(ConsumerRecord<byte[], byte[]> record) {
    slots.acquireUninterruptibly();
    var partition = new TopicPartition(record.topic(), record.partition());
    NavigableSet<Long> offsets =
        underWay.computeIfAbsent(partition, any -> new ConcurrentSkipListSet<>());
    offsets.add(record.offset());
    Thread.ofVirtual()
        .start(() -> {
          try {
            deliver(record.value());
            offsets.remove(record.offset());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            slots.release();
          }
        });
  }

  private void deliver(byte[] value) throws InterruptedException {
    double bound = FIRST_BACKOFF;
    while (true) {
      int retryAfter = 0;
      try {
        sender.send(value);
        return;
      } catch (Sender.Refused e) {
        retryAfter = e.retryAfterSeconds();
      } catch (IOException e) {
        // as a refusal without a hint
      }
      var random = ThreadLocalRandom.current();
      double wait =
          Math.max(
              bound * (0.5 + 0.5 * random.nextDouble()),
              retryAfter * (1 + 0.1 * random.nextDouble()));
      TimeUnit.MILLISECONDS.sleep((long) (wait * 1000));
      bound = Math.min(LONGEST_BACKOFF, bound * 2);
    }
  }

  /** For each partition the offset below which all is delivered. */
  private Map<TopicPartition, OffsetAndMetadata> settled(Collection<TopicPartition> partitions) {
    var settled = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (TopicPartition partition : partitions) {
      NavigableSet<Long> offsets = underWay.getOrDefault(partition, new ConcurrentSkipListSet<>());
      // The position first: what is delivered after it was asked only makes the answer too low.
      long position = consumer.position(partition);
      Long first = offsets.ceiling(0L);
      settled.put(partition, new OffsetAndMetadata(first == null ? position : first));
    }
    return settled;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    consumer.commitSync(settled(partitions));
    underWay.keySet().removeAll(partitions);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
}
