package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.Broker;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What of a shop's records lies, or lay, in retry topics and among the dead letters, and whether
 * its keys kept their order. Read anew whenever it is asked.
 */
final class Aside {

  private final Broker broker;
  private final Shop shop;

  Aside(Broker broker, Shop shop) {
    this.broker = broker;
    this.shop = shop;
    shop.api.account(shop.producer::sent, this::dead);
  }

  /** Whatever was written to a retry topic, by its number. */
  List<ConsumerRecord<byte[], byte[]>> parked(int topic) {
    return broker.topics().readCommitted(shop.group + ".retry." + topic);
  }

  List<ConsumerRecord<byte[], byte[]>> letters() {
    return broker.topics().readCommitted(shop.group + ".dlt");
  }

  /** Sequences of the dead letters. */
  BitSet dead() {
    var dead = new BitSet();
    letters().forEach(letter -> dead.set((int) CallOrder.sequence(letter)));
    return dead;
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  List<Call> callsFor(long sequence) {
    return shop.api.journal().calls().stream()
        .filter(call -> call.records().getFirst().sequence() == sequence)
        .toList();
  }

  /** Looks for five seconds, in which others are delivered. */
  boolean nothingIsParkedFor5s(int topics) throws InterruptedException {
    long before = written(topics);
    long accepted = shop.accepted();
    TimeUnit.SECONDS.sleep(5);
    return written(topics) == before && shop.accepted() > accepted + 500;
  }

  private long written(int topics) {
    long written = 0;
    for (int topic = 1; topic <= topics; topic++) {
      written +=
          broker.topics().ends(shop.group + ".retry." + topic).values().stream()
              .mapToLong(Long::longValue)
              .sum();
    }
    return written;
  }

  /** Waits until each record that the broker has is accepted or a dead letter. */
  void awaitAllEnded(Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(shop.api.ledger().lost()).isZero());
  }

  /**
   * Nothing was lost or overtaken, what was repeated went on from there in order, each time under
   * its key; and nothing waits.
   *
   * @param mostReturns how often a key may have begun again further back
   */
  void assertKept(int mostReturns) {
    var order =
        CallOrder.of(broker.topics().read(shop.topic), letters(), shop.api.journal().calls());
    System.err.printf(
        "%s: %s; repeated %d, a key at most %d times; %d records went to the first retry topic%n",
        shop.topic, shop.api.ledger(), order.repeated(), order.mostReturns(), parked(1).size());
    assertNone("lost", order.lost());
    assertNone("called for before another of its key had ended", order.overtaken());
    assertNone("left out of what was sent again", order.torn());
    assertThat(order.mostReturns()).isLessThanOrEqualTo(mostReturns);
    assertThat(shop.api.ledger().rekeyed()).as("repeated under another key").isZero();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(broker.topics().lag(shop.group, shop.topic)).hasValue(0));
  }

  /** There may be thousands where it fails. */
  private static void assertNone(String what, List<String> records) {
    assertThat(records.stream().limit(20)).as("%d %s", records.size(), what).isEmpty();
  }
}
