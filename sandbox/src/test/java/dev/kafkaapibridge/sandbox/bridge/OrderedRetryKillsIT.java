package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.KillableBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Retry topics with {@code ordering: Key}, while processes are killed, come and go, and the broker
 * is killed. Every fourth key fails from its first record until a time of its own; of some others
 * the first record fails for good, and ends as a dead letter.
 */
@Tag("turn-1") // 259 s
@Timeout(900) // the whole scale takes minutes
class OrderedRetryKillsIT {

  /** The source's, and four retry topics: each of them begins again further back. */
  private static final int TOPICS = 5;

  private static final int BACKLOG = Scale.of(2_000, 20_000);
  private static final int KEYS = Scale.of(400, 2_000);
  private static final int PER_SECOND = Scale.of(100, 200);
  private static final int ROUNDS = Scale.of(5, 20);
  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final String DELIVERY =
      "ordering: Key, retry: {maxAttempts: 2, initialBackoff: 50ms, maxBackoff: 100ms, budgetPercent: 100, mode: Topics,"
          + " topics: [{delay: 1s}, {delay: 3s}, {delay: 8s}, {delay: 20s}]},"
          + " circuitBreaker: {openDuration: 1s, maxOpenDuration: 2s}";
  private static final long SEED = Long.getLong("kab.seed", System.nanoTime());

  /** How a group learns who its members are. */
  enum Protocol {
    Classic(
        "groupProtocol: Classic, consumerConfig: [{name: session.timeout.ms, value: '"
            + SESSION.toMillis()
            + "'}, {name: heartbeat.interval.ms, value: '1000'}]"),
    /** KIP-848: brokers say how long a session is. */
    Consumer("groupProtocol: Consumer");

    final String kafka;

    Protocol(String kafka) {
      this.kafka = kafka;
    }
  }

  @TempDir static Path directory;
  @AutoClose static KillableBroker broker;

  private final Random random = new Random(SEED);
  private final List<Integer> never =
      IntStream.range(0, KEYS / 100).mapToObj(i -> 100 * i + 1).toList();
  private Shop shop;
  private Aside aside;
  private KeysThatRecover keys;

  @BeforeAll
  static void startBroker() {
    System.err.println("OrderedRetryKillsIT: -Dkab.seed=" + SEED);
    String session = Long.toString(SESSION.toMillis());
    broker =
        KillableBroker.start(
            directory.resolve("broker"),
            Map.of(
                "group.consumer.min.session.timeout.ms",
                session,
                "group.consumer.session.timeout.ms",
                session,
                "group.consumer.min.heartbeat.interval.ms",
                "1000",
                "group.consumer.heartbeat.interval.ms",
                "1000"));
  }

  static List<Protocol> protocols() {
    return Scale.ways(Protocol.values(), new Random(SEED));
  }

  @BeforeEach
  void start(TestInfo test) {
    shop = new Shop(broker, directory, Scene.name(test), 12, KEYS);
    aside = new Aside(broker, shop);
    var until = new HashMap<Integer, Duration>();
    for (int key = 0; key < KEYS; key += 4) {
      until.put(key, Duration.ofMillis(5_000 + random.nextInt(23_000)));
    }
    keys = new KeysThatRecover(shop.api, until, never);
    shop.producer.produce(BACKLOG);
    // Others that succeed, so that a failure is known to be the record's.
    shop.beginStream(PER_SECOND);
  }

  @AfterEach
  void stop() throws InterruptedException {
    keys.close();
    shop.close();
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void killedAtWhateverMomentEachKeyKeepsItsOrder(Protocol protocol) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      long before = calls();
      try (var bridge = shop.bridge(protocol.kafka, DELIVERY)) {
        await().atMost(Duration.ofSeconds(90)).until(() -> calls() > before);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(5_000));
        bridge.kill();
      }
    }
    try (var last = shop.bridge(protocol.kafka, DELIVERY)) {
      allEnd();
      assertThat(last.terminate()).as(last::log).isZero();
    }
    assertKept(ROUNDS * TOPICS);
  }

  /** One stays; a second one comes, and is killed or leaves in order, again and again. */
  @ParameterizedTest
  @MethodSource("protocols")
  void processesThatComeAndGoKeepEachKeyInOrder(Protocol protocol) throws Exception {
    int kills = 0;
    var guests = new ArrayDeque<RunningBridge>();
    try (var stays = shop.bridge(protocol.kafka, DELIVERY).awaitReady();
        AutoCloseable whoIsLeft = () -> guests.forEach(RunningBridge::close)) {
      for (int round = 0; round < ROUNDS; round++) {
        RunningBridge guest = shop.bridge(protocol.kafka, DELIVERY);
        guests.add(guest);
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> !guest.status().kafka().partitions().isEmpty());
        TimeUnit.MILLISECONDS.sleep(random.nextInt(4_000));
        if (random.nextBoolean()) {
          guest.kill();
          kills++;
        } else {
          assertThat(guest.terminate()).as(guest::log).isZero();
        }
      }
      allEnd();
      assertThat(stays.terminate()).as(stays::log).isZero();
    }
    assertKept(kills * TOPICS);
  }

  @Test
  void aBrokerThatIsKilledLeavesEachKeyInItsOrder() throws Exception {
    try (var bridge = shop.bridge(Protocol.Classic.kafka, DELIVERY).awaitReady()) {
      for (int round = 0; round < Scale.of(2, 5); round++) {
        TimeUnit.MILLISECONDS.sleep(2_000 + random.nextInt(5_000));
        broker.kill();
        broker.startAgain();
      }
      allEnd();
      assertThat(bridge.terminate()).as(bridge::log).isZero();
    }
    assertKept(Integer.MAX_VALUE); // whoever lost its partitions meanwhile begins again
  }

  /** All that recover are accepted, and the others' first records are dead letters. */
  private void allEnd() throws InterruptedException {
    await()
        .atMost(Duration.ofSeconds(180))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> aside.dead().cardinality() >= never.size());
    shop.stopStream();
    aside.awaitAllEnded(Duration.ofSeconds(180));
  }

  private void assertKept(int mostReturns) {
    aside.assertKept(mostReturns);
    assertThat(aside.dead().stream().boxed()).as("dead letters").containsExactlyElementsOf(never);
    assertThat(aside.parked(1))
        .extracting(record -> Aside.header(record, "kab-retry-cause"))
        .contains("AttemptsExhausted", "Behind");
  }

  private long calls() {
    return shop.api.journal().figures().calls();
  }
}
