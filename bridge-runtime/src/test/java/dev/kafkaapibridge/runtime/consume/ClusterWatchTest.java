package dev.kafkaapibridge.runtime.consume;

import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClusterWatchTest {

  @Test
  void aFaultDoesNotEndIt() {
    var looks = new AtomicInteger();
    var purse =
        new Purse(
            null,
            () -> {
              looks.incrementAndGet();
              throw new IllegalStateException("a fault");
            });
    var watch =
        new ClusterWatch(
            new KafkaCluster(Map::of, IsolationLevel.READ_COMMITTED),
            new Subscription.Topics(List.of("orders")),
            new ConsumptionView(Clock.systemUTC()),
            purse,
            Pace.none(),
            null);
    Thread running = Thread.ofVirtual().start(watch::run);
    try {
      await().until(() -> looks.get() >= 2);
    } finally {
      running.interrupt();
    }
  }
}
