package dev.kafkaapibridge.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedDispatchTest {

  private static final SendFence FENCE =
      new SendFence(Duration.ofMinutes(1), Duration.ofMinutes(1), System::nanoTime);

  private final List<Ended> ended = new ArrayList<>();
  private final SharedDispatch shared =
      new SharedDispatch(
          new Dispatch() {
            @Override
            public void handOver(List<SourceRecord> records) {
              records.forEach(record -> ended.add(new Ended(record, new Outcome.Delivered())));
            }

            @Override
            public @Nullable Throwable fault() {
              return null;
            }

            @Override
            public List<Ended> takeEnded() {
              var taken = List.copyOf(ended);
              ended.clear();
              return taken;
            }

            @Override
            public void awaitEnd(Set<Assignment> assignments, Duration bound) {}
          });

  /** Of the same partition, too: two loops may read one topic. */
  @Test
  void eachLoopGetsTheEndsOfItsOwnRecords() {
    Dispatch one = shared.part();
    Dispatch other = shared.part();
    SourceRecord first = record();
    SourceRecord second = record();
    one.handOver(List.of(first));
    other.handOver(List.of(second));

    assertThat(one.takeEnded()).extracting(Ended::record).containsExactly(first);
    assertThat(one.takeEnded()).isEmpty();
    assertThat(other.takeEnded()).extracting(Ended::record).containsExactly(second);
  }

  @Test
  void whatEndsWithItsAssignmentComesBackToo() {
    Dispatch one = shared.part();
    Dispatch other = shared.part();
    SourceRecord first = record();
    one.handOver(List.of(first));
    one.awaitEnd(Set.of(first.assignment()), Duration.ZERO);

    assertThat(other.takeEnded()).isEmpty();
    assertThat(one.takeEnded()).extracting(Ended::record).containsExactly(first);
  }

  /** A call that was cut and ends too late. */
  @Test
  void whatComesBackWhenNobodyWaitsIsNobodys() {
    Dispatch one = shared.part();
    SourceRecord first = record();
    one.handOver(List.of(first));
    ended.clear();
    one.awaitEnd(Set.of(first.assignment()), Duration.ZERO);
    ended.add(new Ended(first, new Outcome.Interrupted()));

    assertThat(one.takeEnded()).isEmpty();
  }

  private static SourceRecord record() {
    return new SourceRecord(
        new ConsumerRecord<>("orders", 0, 7, new byte[0], new byte[0]),
        new Assignment(new TopicPartition("orders", 0), FENCE),
        new RecordKey.Given("key"));
  }
}
