package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;

/**
 * A steady stream of numbered orders for one bridge, and an API of its own that counts what
 * arrives, and how evenly it does. Owns a topic, a producer's thread and the API.
 */
final class OrderFlow implements AutoCloseable {

  /** Five seconds: shorter is what any group takes to hand partitions over. */
  private static final Duration STRETCH = Duration.ofSeconds(5);

  private static final Duration SAMPLE = Duration.ofMillis(100);

  /** What the broker had and what the API had accepted, at one moment. */
  private record Sample(long sent, long accepted) {}

  private final Installed on;
  private final EmbeddedBroker broker;
  private final String topic;
  private final int perSecond;
  private final SwitchboardApi api =
      SwitchboardApi.start("0.0.0.0", 0, SwitchboardApi.Memory.Everything);
  private final OrderProducer producer;
  private final List<Sample> samples = new ArrayList<>();
  private Thread producing = new Thread();
  private Thread watching = new Thread();
  private volatile boolean flowing;

  /** A topic of six partitions, and 300 orders whose records keep their order. */
  OrderFlow(Installed on, String topic, int perSecond) {
    this(on, on.broker(), topic, perSecond);
  }

  /**
   * @param broker instead of the one that is installed
   */
  OrderFlow(Installed on, EmbeddedBroker broker, String topic, int perSecond) {
    this.on = on;
    this.broker = broker;
    this.topic = topic;
    this.perSecond = perSecond;
    broker.topics().create(topic, 6);
    producer = new OrderProducer(broker, topic, 300);
    api.account(producer::sent, BitSet::new);
  }

  SwitchboardApi api() {
    return api;
  }

  String url() {
    return on.hostUrl("http", api.port());
  }

  /** Returns when records arrive as fast as they are sent. */
  OrderFlow begin() {
    flowing = true;
    producing =
        Thread.ofVirtual()
            .start(() -> {
              while (flowing) {
                producer.produceEvenly(perSecond / 2, perSecond);
              }
            });
    await()
        .atMost(Duration.ofMinutes(3))
        .during(Duration.ofSeconds(5)) // a process that has just begun takes a while to be fast
        .until(() -> accepted() > 0 && behind() < perSecond / 2);
    samples.clear();
    watching = Thread.ofVirtual().start(this::watch);
    return this;
  }

  long accepted() {
    return api.journal().figures().accepted();
  }

  long sent() {
    return producer.sentCount();
  }

  void awaitSent(int more) {
    long then = sent() + more;
    await().atMost(Duration.ofMinutes(2)).until(() -> sent() >= then);
  }

  /** How many more records are to arrive before all that happens now has been seen in calls. */
  void passes(int records) {
    long then = accepted() + records;
    await().atMost(Duration.ofMinutes(2)).until(() -> accepted() >= then);
  }

  /** The different {@code Authorization} of all calls but the first so many. */
  List<String> credentialsSince(long calls) {
    return api.journal().calls().stream()
        .skip(calls)
        .map(call -> String.valueOf(call.headers().get("authorization")))
        .distinct()
        .toList();
  }

  private long behind() {
    return sent() - accepted();
  }

  private void watch() {
    while (flowing) {
      synchronized (samples) {
        samples.add(new Sample(sent(), accepted()));
      }
      try {
        Thread.sleep(SAMPLE);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * No more records; returns when all have arrived: none lost, none twice, none before an earlier
   * one of its order.
   */
  void endsWholeAndInOrder(String group) {
    endsInOrder(group);
    assertThat(api.ledger().duplicated()).as("repeated").isZero();
  }

  /**
   * As above, but some may have come twice: a broker that shares a busy machine may take it that a
   * pod is gone.
   */
  void endsInOrder(String group) {
    stop();
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> {
          assertThat(accepted()).isGreaterThanOrEqualTo(sent());
          assertThat(api.ledger().lost()).as("lost").isZero();
        });
    var ledger = api.ledger();
    System.err.printf(
        "%s: %s, worst stretch %.2f; per second: %s%n", topic, ledger, worstStretch(), perSecond());
    assertThat(ledger.reordered()).as("overtaken").isZero();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(broker.topics().lag(group, topic)).isEqualTo(OptionalLong.of(0)));
  }

  /** The lowest share of what was sent in five seconds that arrived in these five seconds. */
  double worstStretch() {
    int length = (int) STRETCH.dividedBy(SAMPLE);
    double worst = 1;
    synchronized (samples) {
      for (int i = length; i < samples.size(); i++) {
        Sample from = samples.get(i - length);
        Sample to = samples.get(i);
        double sent = to.sent() - from.sent();
        worst = sent == 0 ? worst : Math.min(worst, (to.accepted() - from.accepted()) / sent);
      }
    }
    return worst;
  }

  /** How many arrived in each second, for who wants to know when it faltered. */
  String perSecond() {
    int length = (int) Duration.ofSeconds(1).dividedBy(SAMPLE);
    var seconds = new StringBuilder();
    synchronized (samples) {
      for (int i = length; i < samples.size(); i += length) {
        seconds.append(samples.get(i).accepted() - samples.get(i - length).accepted()).append(' ');
      }
    }
    return seconds.toString();
  }

  private void stop() {
    flowing = false;
    try {
      producing.join();
      watching.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    producer.close();
    api.close();
  }
}
