package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.runtime.Records;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompanionReaderTest {

  private static final TopicPartition SOURCE = new TopicPartition("orders", 0);
  private static final TopicPartition ASIDE = new TopicPartition("orders.retry.1", 0);

  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final MockConsumer<byte[], byte[]> member =
      new MockConsumer<>("none") {
        @Override
        public synchronized void commitSync(
            Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
          committed.putAll(offsets);
        }
      };
  private final MockConsumer<byte[], byte[]> along = new MockConsumer<>("none");
  private final PartitionReader reader = new CompanionReader(member, along);

  @BeforeEach
  void both() {
    member.assign(List.of(SOURCE));
    member.updateBeginningOffsets(Map.of(SOURCE, 0L, ASIDE, 0L));
    along.updateBeginningOffsets(Map.of(ASIDE, 0L));
    reader.readAlong(List.of(ASIDE));
    reader.seek(SOURCE, new OffsetAndMetadata(0));
    reader.seek(ASIDE, new OffsetAndMetadata(0));
  }

  @Test
  void readsBothAsOne() {
    add(member, SOURCE, 0);
    add(along, ASIDE, 0);
    ConsumerRecords<byte[], byte[]> polled = poll();
    assertThat(polled.partitions()).containsExactlyInAnyOrder(SOURCE, ASIDE);
    assertThat(polled.nextOffsets().get(ASIDE).offset()).isEqualTo(1);
    reader.pause(List.of(SOURCE, ASIDE));
    assertThat(reader.paused()).containsExactlyInAnyOrder(SOURCE, ASIDE);
    reader.resume(List.of(ASIDE));
    assertThat(reader.paused()).containsExactly(SOURCE);
  }

  @Test
  void whatWasReadBesideIsNotLostWhereTheMemberFails() {
    add(along, ASIDE, 0);
    member.setPollException(new KafkaException("the member's"));
    assertThatThrownBy(this::poll).hasMessage("the member's");
    assertThat(poll().records(ASIDE)).hasSize(1);
  }

  @Test
  void noMoreThanOnePollBringsIsKeptHoweverLongTheMemberFails() {
    add(along, ASIDE, 0);
    for (int turn = 0; turn < 3; turn++) {
      member.setPollException(new KafkaException("the member's"));
      assertThatThrownBy(this::poll).hasMessage("the member's");
      add(along, ASIDE, turn + 1);
    }
    assertThat(poll().records(ASIDE)).hasSize(1);
    assertThat(poll().records(ASIDE)).hasSize(3);
  }

  /** It would be put out of its group. */
  @Test
  void theMemberPollsWhateverFailsBesideIt() {
    add(member, SOURCE, 0);
    along.setPollException(new KafkaException("no right"));
    assertThat(poll().records(SOURCE)).hasSize(1);
    assertThatThrownBy(this::poll).hasMessage("no right");
    add(member, SOURCE, 1);
    assertThat(poll().records(SOURCE)).hasSize(1);
  }

  @Test
  void whatIsReadNoMoreOrFromElsewhereIsForgotten() {
    add(along, ASIDE, 0);
    member.setPollException(new KafkaException("the member's"));
    assertThatThrownBy(this::poll).isInstanceOf(KafkaException.class);
    reader.seek(ASIDE, new OffsetAndMetadata(5));
    assertThat(poll().isEmpty()).isTrue();

    add(along, ASIDE, 5);
    member.setPollException(new KafkaException("the member's"));
    assertThatThrownBy(this::poll).isInstanceOf(KafkaException.class);
    reader.readAlong(List.of());
    assertThat(poll().isEmpty()).isTrue();
  }

  @Test
  void theMemberCommitsForBoth() {
    var offsets = Map.of(SOURCE, new OffsetAndMetadata(3), ASIDE, new OffsetAndMetadata(4));
    reader.commit(offsets, Duration.ofSeconds(1));
    assertThat(committed).isEqualTo(offsets);
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    return reader.poll(Duration.ZERO);
  }

  private static void add(
      MockConsumer<byte[], byte[]> consumer, TopicPartition partition, long offset) {
    var any = Records.assignment(partition.topic(), partition.partition());
    consumer.addRecord(Records.record(any, offset, "key").record());
  }
}
