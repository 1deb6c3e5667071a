package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatsTest {

  private static final long MILLI = 1_000_000L;

  private record Shown(MetricName metricName, Supplier<Object> value) implements Metric {
    @Override
    public Object metricValue() {
      return value.get();
    }
  }

  /** What the client's metrics say: whole seconds since the last heartbeat, and answers. */
  private static final class Client {
    long now = 1_000_000;
    long sentAt = -1;
    long answers;

    Map<MetricName, Metric> metrics() {
      return Map.of(
          name("last-heartbeat-seconds-ago"),
              new Shown(
                  name("last-heartbeat-seconds-ago"),
                  () -> sentAt < 0 ? -1.0 : Math.floor((now - sentAt) / 1000.0)),
          name("heartbeat-total"), new Shown(name("heartbeat-total"), () -> (double) answers));
    }

    private static MetricName name(String name) {
      return new MetricName(name, "consumer-coordinator-metrics", "", Map.of());
    }
  }

  /** Each that a spec may ask for with the shortest session, more often than once a second too. */
  @ParameterizedTest(name = "every {0} ms")
  @ValueSource(ints = {200, 500, 900, 1_000, 1_100, 1_500, 2_000})
  void theFenceStaysOpenWhileHeartbeatsAreAnswered(int interval) {
    var client = new Client();
    var fence = new SendFence(Duration.ofHours(1), Duration.ofSeconds(6), () -> client.now * MILLI);
    var heartbeats = new Heartbeats(client::metrics, fence, () -> client.now * MILLI);
    for (int millis = 0; millis < 60_000; millis += 100) {
      if (millis % interval == 0) {
        client.sentAt = client.now;
      } else if (client.answers * interval < millis) {
        client.answers++;
      }
      client.now += 100;
      heartbeats.look();
      fence.polling();
      fence.polled();
      assertThat(fence.isOpen()).as("after %s ms", millis).isTrue();
    }
  }

  @Test
  void itShutsWhenTheyAreSentAndNotAnswered() {
    var client = new Client();
    var fence = new SendFence(Duration.ofHours(1), Duration.ofSeconds(6), () -> client.now * MILLI);
    var heartbeats = new Heartbeats(client::metrics, fence, () -> client.now * MILLI);
    for (int millis = 0; millis < 10_000; millis += 100) {
      client.sentAt = millis % 2_000 == 0 ? client.now : client.sentAt;
      client.now += 100;
      heartbeats.look();
      fence.polling();
      fence.polled();
    }
    assertThat(fence.isOpen()).isFalse();
  }

  /**
   * Whatever the heartbeats do, the fence is shut once the last answered one is too old; and where
   * the coordinator has given the member up, until a poll that begins after the answer that says
   * so.
   */
  @Test
  void itIsNeverOpenLongerThanTheCoordinatorWouldWait() {
    Seeds.each(
        3_000,
        random -> {
          var client = new Client();
          var fence =
              new SendFence(Duration.ofHours(1), Duration.ofSeconds(10), () -> client.now * MILLI);
          var heartbeats = new Heartbeats(client::metrics, fence, () -> client.now * MILLI);
          long heardSent = client.now;
          boolean underWay = false;
          boolean givenUp = false;
          boolean toldSo = false;
          boolean polling = false;
          boolean pollWillTell = false;
          for (int step = 0; step < 300; step++) {
            // The process may stand still for long between two looks.
            client.now +=
                random.nextInt(60) == 0 ? random.nextInt(20_000) : random.nextInt(10, 200);
            givenUp = givenUp || client.now - heardSent >= 10_000;
            if (!underWay && random.nextInt(8) == 0) {
              client.sentAt = client.now;
              underWay = true;
            } else if (underWay && random.nextInt(4) == 0) {
              client.answers++;
              heardSent = client.sentAt;
              toldSo = givenUp;
              underWay = false;
              if (random.nextInt(3) == 0) {
                client.now += random.nextInt(5);
                client.sentAt = client.now;
                underWay = true;
              }
            } else if (underWay && random.nextInt(20) == 0) {
              underWay = false; // lost
            }
            if (random.nextInt(3) > 0) {
              heartbeats.look();
            }
            if (!polling) {
              fence.polling();
              polling = true;
              pollWillTell = toldSo;
            } else if (random.nextInt(3) > 0) {
              fence.polled();
              polling = false;
              if (pollWillTell) {
                givenUp = false;
                toldSo = false;
              }
            }
            if (fence.isOpen()) {
              assertThat(client.now - heardSent).isLessThan(8_000);
              assertThat(givenUp).as("its partitions are another's").isFalse();
            }
          }
        });
  }
}
