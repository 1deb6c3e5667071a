package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.KeyTurns.Turn;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KeyOrderTest {

  private final Slots slots = new Slots(4);
  private final KeyOrder order = new KeyOrder(1, slots, System::nanoTime);
  private final Assignment source = Records.assignment("orders", 0);
  private final Assignment aside = Records.assignment("orders.retry.1", 0);
  private final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void end() {
    lanes.shutdownNow();
  }

  @Test
  void untilItIsKnownWhatLiesAsideRecordsWaitWithoutASlot() throws Exception {
    order.expect(source);
    Future<Turn> turn = turn(of(source, 1, "a"));
    await().until(() -> slots.taken() == 0);
    assertThat(turn.isDone()).isFalse();

    order.known(source, List.of(aside), order.nothingAside());

    assertThat(turn.get()).isEqualTo(Turn.Now);
  }

  @Test
  void whoComesBehindOneThatLiesThereGoesBehindIt() throws Exception {
    knowsOf("a");
    assertThat(turn(of(source, 2, "a")).get()).isEqualTo(Turn.Behind);
    assertThat(turn(of(source, 2, "b")).get()).isEqualTo(Turn.Now);
    assertThat(turn(of(source, 2, null)).get()).isEqualTo(Turn.Now);
    assertThat(turn(retry(1, "a")).get()).as("it is the one").isEqualTo(Turn.Now);
  }

  @Test
  void whoComesBehindOneInHandWaitsForItsEnd() throws Exception {
    knowsOf("a");
    SourceRecord first = retry(1, "a");
    order.taken(List.of(first));
    Future<Turn> turn = turn(of(source, 2, "a"));
    await().until(() -> slots.taken() == 0);

    order.ended(first, new Outcome.Delivered());

    assertThat(turn.get()).isEqualTo(Turn.Now);
  }

  /** Five seconds; then all of its key that come meanwhile don't wait. */
  @Test
  void butNotForLong() throws Exception {
    knowsOf("a");
    order.taken(List.of(retry(1, "a")));

    assertThat(turn(of(source, 2, "a")).get(10, TimeUnit.SECONDS)).isEqualTo(Turn.Behind);
    assertThat(turn(of(source, 3, "a")).get(1, TimeUnit.SECONDS)).isEqualTo(Turn.Behind);
  }

  @Test
  void oneThatIsInterruptedIsAheadStill() throws Exception {
    knowsOf("a");
    SourceRecord first = retry(1, "a");
    order.taken(List.of(first));
    order.ended(first, new Outcome.Interrupted());
    Future<Turn> turn = turn(of(source, 2, "a"));
    await().until(() -> slots.taken() == 0);

    source.end();
    order.forget(List.of(source, aside));

    assertThat(turn.get()).isEqualTo(Turn.Never);
  }

  @Test
  void whoIsPutAsideIsAheadBeforeItIsWritten() throws Exception {
    order.expect(source);
    order.known(source, List.of(aside), order.nothingAside());
    order.goesAside(of(source, 1, "a"));
    assertThat(turn(of(source, 2, "a")).get()).isEqualTo(Turn.Behind);
  }

  @Test
  void aReplayTakesUpOldRecordsAnyway() throws Exception {
    knowsOf("a");
    Assignment letters = Records.assignment("orders.dlt", 0);
    assertThat(turn(of(letters, 2, "a")).get()).isEqualTo(Turn.Now);
  }

  private void knowsOf(String key) {
    order.expect(source);
    KeysAside lying = order.nothingAside();
    lying.goesTo(key.getBytes(StandardCharsets.UTF_8), 1);
    order.known(source, List.of(aside), lying);
  }

  /** As a lane does: with a slot. */
  private Future<Turn> turn(SourceRecord record) {
    assertThat(slots.tryTake()).isTrue();
    return lanes.submit(() -> {
      try {
        return order.await(record);
      } finally {
        slots.giveBack();
      }
    });
  }

  private static SourceRecord of(Assignment assignment, long offset, String key) {
    return Records.record(assignment, offset, key);
  }

  private SourceRecord retry(long offset, String key) {
    SourceRecord read = Records.record(aside, offset, key);
    return new SourceRecord(
        read.record(), aside, offset, read.idempotency(), new Past(1, Optional.empty(), 0, 1));
  }
}
