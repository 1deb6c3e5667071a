package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.Order;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Records 0 to 9 of two keys: even ones of one, odd ones of the other. A call is a second. */
class CallOrderTest {

  private final List<Call> calls = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();

  @Test
  void eachKeyInItsOrderIsKept() {
    accepts(1, 3, 0, 5, 2, 4, 7, 6, 9, 8);

    assertThat(order()).isEqualTo(new CallOrder(List.of(), List.of(), List.of(), 0, 0));
  }

  @Test
  void whatEndedNowhereIsLost() {
    accepts(1, 3, 5, 7, 9, 0, 2, 4, 6);

    assertThat(order().lost()).containsExactly("order-00000 of 0: 8");
  }

  @Test
  void aSuccessorIsNotEvenCalledForBeforeItsPredecessorHasEnded() {
    fails(0);
    fails(2);
    accepts(0, 2, 4, 6, 8, 1, 3, 5, 7, 9);

    assertThat(order().overtaken()).containsExactly("order-00000 of 0: 2 came before 0, after []");
  }

  @Test
  void aDeadLetterLetsItsKeyGoOnFromItsTimeOn() {
    fails(0);
    letter(0);
    accepts(2, 4, 6, 8, 1, 3, 5, 7, 9);
    assertThat(order()).isEqualTo(new CallOrder(List.of(), List.of(), List.of(), 0, 0));

    calls.clear();
    accepts(2, 4, 6, 8, 1, 3, 5, 7, 9);
    assertThat(order().overtaken()).containsExactly("order-00000 of 0: 2 came before 0, after []");
  }

  @Test
  void whatIsSentAgainGoesOnFromThereWithoutAGap() {
    accepts(0, 2, 4, 2, 4, 6, 8, 1, 3, 5, 7, 9);
    assertThat(order()).isEqualTo(new CallOrder(List.of(), List.of(), List.of(), 2, 1));

    calls.clear();
    accepts(0, 2, 4, 6, 2, 8, 1, 3, 5, 7, 9);
    assertThat(order().overtaken()).isEmpty();
    assertThat(order().torn())
        .containsExactly("order-00000 of 0: 8 came before 4, after [0, 2, 4, 6, 2]");
  }

  private CallOrder order() {
    var source = LongStream.range(0, 10).mapToObj(sequence -> record(sequence, 0)).toList();
    return CallOrder.of(source, letters, calls);
  }

  private void accepts(long... sequences) {
    for (long sequence : sequences) {
      call(sequence, 200);
    }
  }

  private void fails(long sequence) {
    call(sequence, 503);
  }

  private void call(long sequence, int status) {
    String body = new String(Order.numbered(sequence, 2).value(), UTF_8);
    calls.add(
        new Call(
            calls.size(),
            Instant.ofEpochSecond(calls.size()),
            "POST",
            "/",
            null,
            1,
            Map.of(),
            "",
            Call.recordsIn(body),
            status,
            status == 200));
  }

  private void letter(long sequence) {
    letters.add(record(sequence, calls.size() * 1_000L));
  }

  private static ConsumerRecord<byte[], byte[]> record(long sequence, long timestamp) {
    Order order = Order.numbered(sequence, 2);
    return new ConsumerRecord<>(
        "orders",
        0,
        sequence,
        timestamp,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        order.key(),
        order.value(),
        new RecordHeaders(),
        Optional.empty());
  }
}
