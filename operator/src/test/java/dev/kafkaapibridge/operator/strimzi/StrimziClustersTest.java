package dev.kafkaapibridge.operator.strimzi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kafkaapibridge.operator.strimzi.KafkaWatch.Begun;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StrimziClustersTest {

  private static final ClusterName PROD = new ClusterName("kafka", "prod");
  private static final StrimziAccess ALL = new StrimziAccess(true, Set.of("kafka"));

  private final AtomicLong nanos = new AtomicLong(-5);
  private final Beginnings beginnings = new Beginnings();
  private final StrimziClusters clusters = new StrimziClusters(beginnings, ALL, nanos::get);

  @Test
  void whatIsThereIsToldAndWhatIsNotToo() {
    beginnings.next.add(new Begun.Watching(new Watch()));
    assertThat(look(PROD)).isInstanceOf(Listener.Found.class);
    says(look(new ClusterName("kafka", "other")), "KafkaNotFound", "'kafka/other' was not found");
    assertThat(beginnings.begun).containsExactly("kafka");
  }

  @Test
  void whatIsNotFilledYetIsNotKnown() {
    var watch = new Watch();
    watch.kafka = null;
    watch.filled = false;
    beginnings.next.add(new Begun.Watching(watch));
    says(look(PROD), "KafkaNotReady", "Kafka 'kafka/prod' is not known yet: it is waited for");
  }

  /** Its name is nothing that the other would know. */
  @Test
  void whyNothingCanBeReadIsSaidToEachOfWhatItAskedFor() {
    beginnings.next.add(new Begun.Unreadable("can't be read: no right"));
    says(look(PROD), "StrimziNotEnabled", "Kafka 'kafka/prod' can't be read: no right");
    says(
        look(new ClusterName("kafka", "mine")),
        "StrimziNotEnabled",
        "Kafka 'kafka/mine' can't be read: no right");
    assertThat(beginnings.begun).as("within a minute").hasSize(1);
  }

  @Test
  void whatCouldNotBeReadIsAskedForAgainAfterAMinute() {
    beginnings.next.add(new Begun.Unreadable("can't be read"));
    beginnings.next.add(new Begun.Watching(new Watch()));
    says(look(PROD), "StrimziNotEnabled", "can't be read");
    after(Duration.ofSeconds(59));
    says(look(PROD), "StrimziNotEnabled", "can't be read");
    after(Duration.ofSeconds(2));
    assertThat(look(PROD)).isInstanceOf(Listener.Found.class);
  }

  @Test
  void aWatchThatWasLostIsClosedAndBegunAnew() {
    var first = new Watch();
    beginnings.next.add(new Begun.Watching(first));
    beginnings.next.add(new Begun.Unreadable("can't be read: no right"));
    beginnings.next.add(new Begun.Watching(new Watch()));
    assertThat(look(PROD)).isInstanceOf(Listener.Found.class);
    after(Duration.ofHours(1));
    first.lost = "forbidden";
    says(look(PROD), "StrimziNotEnabled", "no right");
    assertThat(first.closed).isTrue();
    after(Duration.ofSeconds(61));
    assertThat(look(PROD)).isInstanceOf(Listener.Found.class);
  }

  @Test
  void oneThatIsLostAtOnceIsNotBegunMoreOftenThanOnceAMinute() {
    var first = new Watch();
    first.lost = "forbidden";
    beginnings.next.add(new Begun.Watching(first));
    beginnings.next.add(new Begun.Watching(new Watch()));
    look(PROD);
    says(look(PROD), "KafkaNotReady", "is not known now, and is asked for again (forbidden)");
    says(look(PROD), "KafkaNotReady", "is not known now");
    assertThat(beginnings.begun).hasSize(1);
    after(Duration.ofSeconds(61));
    assertThat(look(PROD)).isInstanceOf(Listener.Found.class);
  }

  @Test
  void oneWithoutAConnectionForAMinuteIsBegunAnew() {
    var first = new Watch();
    beginnings.next.add(new Begun.Watching(first));
    look(PROD);
    for (boolean watching : new boolean[] {false, true, false}) {
      after(Duration.ofSeconds(50));
      first.watching = watching;
      assertThat(look(PROD)).as("not for a minute yet").isInstanceOf(Listener.Found.class);
    }
    after(Duration.ofSeconds(59));
    assertThat(look(PROD)).isInstanceOf(Listener.Found.class);
    beginnings.next.add(new Begun.Watching(new Watch()));
    after(Duration.ofSeconds(2));
    assertThat(look(PROD)).isInstanceOf(Listener.Found.class);
    assertThat(first.closed).isTrue();
    assertThat(beginnings.begun).hasSize(2);
  }

  /** These two names lie in the same place of a hash table. */
  @Test
  void aNamespaceThatTakesItsTimeHoldsUpNoOther() throws Exception {
    assertThat("Aa").hasSameHashCodeAs("BB");
    var slow = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    var two =
        new StrimziClusters(
            (namespace, changed) -> {
              if (namespace.equals("Aa")) {
                asked.countDown();
                await(slow);
              }
              return new Begun.Watching(new Watch());
            },
            ALL,
            nanos::get);
    var first =
        CompletableFuture.supplyAsync(
            () -> two.listener("Aa", new ClusterName("Aa", "prod"), null),
            Thread::startVirtualThread);
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    var second =
        CompletableFuture.supplyAsync(
            () -> two.listener("BB", new ClusterName("BB", "prod"), null),
            Thread::startVirtualThread);
    assertThat(second.get(10, TimeUnit.SECONDS)).isInstanceOf(Listener.Found.class);
    assertThat(first).isNotDone();
    slow.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isInstanceOf(Listener.Found.class);
  }

  @Test
  void allThatIsWatchedEndsWithIt() {
    var watch = new Watch();
    beginnings.next.add(new Begun.Watching(watch));
    look(PROD);
    clusters.close();
    assertThat(watch.closed).isTrue();
  }

  private Listener look(ClusterName cluster) {
    return clusters.listener("shop", cluster, null);
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void says(Listener listener, String reason, String words) {
    assertThat(listener)
        .isInstanceOfSatisfying(
            Listener.Missing.class,
            missing -> {
              assertThat(missing.reason()).as(missing.message()).isEqualTo(reason);
              assertThat(missing.message()).contains(words);
            });
  }

  private static final class Beginnings implements KafkaWatch.Begin {
    final Deque<Begun> next = new ArrayDeque<>();
    final List<String> begun = new ArrayList<>();

    @Override
    public Begun in(String namespace, Consumer<ClusterName> changed) {
      begun.add(namespace);
      return next.remove();
    }
  }

  private static final class Watch implements KafkaWatch {
    @Nullable JsonNode kafka = tree();
    boolean filled = true;
    boolean watching = true;
    @Nullable String lost;
    boolean closed;

    @Override
    public @Nullable JsonNode kafka(String name) {
      return name.equals("prod") ? kafka : null;
    }

    @Override
    public boolean isFilled() {
      return filled;
    }

    @Override
    public boolean isWatching() {
      return watching;
    }

    @Override
    public Optional<String> lost() {
      return Optional.ofNullable(lost);
    }

    @Override
    public void close() {
      closed = true;
    }

    private static JsonNode tree() {
      try {
        return new YAMLMapper()
            .readTree(
                """
                spec: {kafka: {listeners: [{name: plain, type: internal, tls: false}]}}
                status: {listeners: [{name: plain, bootstrapServers: 'k:9092'}]}
                """);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
