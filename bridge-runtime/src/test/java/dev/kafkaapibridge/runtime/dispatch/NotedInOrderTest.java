package dev.kafkaapibridge.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.KeyOrder;
import dev.kafkaapibridge.runtime.deliver.KeyTurns.Turn;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two records of each of many keys, the first in a retry topic, the second in the source. Were a
 * key let go of before the first one's end is noted, six in ten thousand would be noted the other
 * way round, and a commit between would forget the first one alone.
 */
@Timeout(60)
class NotedInOrderTest {

  private static final int KEYS = 2_000;

  private final Assignment source = Records.assignment("orders", 0);
  private final Assignment aside = Records.assignment("orders.retry.1", 0);

  @Test
  void aSuccessorIsNotedAfterItsPredecessorInAnotherTopic() throws Exception {
    for (int round = 0; round < 20; round++) {
      var slots = new Slots(16);
      var order = new KeyOrder(1, slots, System::nanoTime);
      var dispatcher = new Dispatcher(Ordering.Key, slots, order, record -> deliver(order, record));
      var first = new ArrayList<SourceRecord>();
      var then = new ArrayList<SourceRecord>();
      order.expect(source);
      var keys = order.nothingAside();
      for (int key = 0; key < KEYS; key++) {
        first.add(inRetryTopic(key));
        then.add(Records.record(source, key, "key-" + key));
        keys.goesTo(then.getLast().record().key(), 1);
      }
      order.known(source, List.of(aside), keys);
      order.taken(first);
      dispatcher.handOver(then);
      dispatcher.handOver(first);

      awaitAllIn(dispatcher);
    }
  }

  private void awaitAllIn(Dispatcher dispatcher) throws InterruptedException {
    var noted = new BitSet();
    for (int ends = 0; ends < 2 * KEYS; Thread.sleep(1)) {
      for (Ended ended : dispatcher.takeEnded()) {
        ends++;
        int key = (int) ended.record().offset();
        if (ended.assignment() == aside) {
          noted.set(key);
        } else {
          assertThat(noted.get(key)).as("its predecessor's end, of key %d", key).isTrue();
        }
      }
    }
  }

  private static Outcome deliver(KeyOrder order, SourceRecord record) {
    try {
      assertThat(order.await(record)).isEqualTo(Turn.Now);
      return new Outcome.Delivered();
    } catch (InterruptedException e) {
      return new Outcome.Interrupted();
    }
  }

  private SourceRecord inRetryTopic(int key) {
    SourceRecord as = Records.record(aside, key, "key-" + key);
    return new SourceRecord(
        as.record(), aside, key, as.idempotency(), new Past(0, Optional.empty(), 0, 1));
  }
}
