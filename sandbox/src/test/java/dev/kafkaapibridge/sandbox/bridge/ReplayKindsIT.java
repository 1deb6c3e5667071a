package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.AskedReplays.assertCounts;
import static dev.kafkaapibridge.sandbox.bridge.ReplayScene.assertInOrder;
import static dev.kafkaapibridge.sandbox.bridge.ReplayScene.every;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.Broker;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.KillableBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Replays of bridges with batches, with gRPC, with schemas, and beside a broker that dies. The
 * bridge itself has written the dead letters; each order is followed by its number.
 */
@Tag("turn-0") // 109 s
@Timeout(300)
class ReplayKindsIT {

  /** Whatever was given up until the replay begins. */
  private static final String ALL = "\"window\":{\"until\":\"2099-01-01T00:00:00Z\"}";

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  private final AskedReplays replays = new AskedReplays();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  /** Of 2,000 orders every tenth is refused, at the first replay every hundredth, then one. */
  @ParameterizedTest
  @CsvSource({"NDJSON, PerItemStatus", "JSONArray, SplitBatch"})
  void inBatchesBesideLiveOnesEachIsDeliveredOrFailsAgainAndCountsItsGeneration(
      String format, String partialFailure) {
    var scene = json(broker, format + partialFailure);
    try (var api = new BatchApi(37, partialFailure.equals("PerItemStatus"));
        var producer = scene.producer()) {
      String delivery =
          "batch: {maxRecords: 100, maxWait: 50ms, format: %s, partialFailure: %s}, retry: {maxAttempts: 20, initialBackoff: 20ms, maxBackoff: 500ms, budgetPercent: 100}"
              .formatted(format, partialFailure);
      api.refuse(sequence -> sequence % 10 == 3);
      producer.produce(2_000);
      try (var bridge = scene.bridge(scene.yaml(http(api.url() + "/bulk"), delivery, ""))) {
        scene.awaitNoLag(bridge);
        api.refuse(sequence -> sequence % 100 == 3 && sequence < 2_000);
        replays.of(bridge, "first", ALL);
        producer.produceEvenly(1_000, 500);
        StatusReport.Replay first = AskedReplays.awaitEnd(bridge, "first");
        api.refuse(sequence -> sequence == 103);
        replays.of(bridge, "second", ALL);
        producer.produceEvenly(1_000, 500);
        StatusReport.Replay second = AskedReplays.awaitEnd(bridge, "second");
        scene.awaitNoLag(bridge);
        System.err.printf("ReplayKindsIT: %s%n%s, %d requests%n", first, second, api.requests());

        assertCounts(first, 200, 0, 180, 20);
        assertThat(scene.letters(1)).isEqualTo(every(100, 3, 2_000));
        assertCounts(second, 200 + 20, 200, 19, 1);
        assertThat(scene.letters(2)).isEqualTo(every(2_000, 103, 2_000));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertAllBut(every(2_000, 103, 2_000), producer.sent(), api.accepted());
      assertInOrder(api.taken(), 2_000);
    }
  }

  /** A quarter is refused, at the replay every hundredth; one call in fifty fails anyway. */
  @Test
  void toAGrpcServerThatRestartsEachIsDeliveredOrFailsAgainAndCountsItsGeneration()
      throws Exception {
    Path descriptors = Files.createDirectories(directory.resolve("refs/configmap/orders-api"));
    Files.write(descriptors.resolve("orders.pb"), GrpcOrders.descriptorSet());
    var refused = new AtomicReference<LongPredicate>(sequence -> sequence % 4 == 3);
    var scene = json(broker, "grpc");
    try (var orders =
            new GrpcOrders((sequence, call) ->
                refused.get().test(sequence)
                    ? new GrpcOrders.Answer(Status.INVALID_ARGUMENT)
                    : call % 50 == 49 ? new GrpcOrders.Answer(Status.UNAVAILABLE) : null);
        var producer = scene.producer()) {
      producer.produce(2_000);
      String target =
          "grpc: {address: \"%s\", service: shop.v1.Orders, method: Put, mode: Unary, transport: Plaintext, deadline: 5s, payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: orders-api, key: orders.pb}}"
              .formatted(orders.address());
      String delivery =
          "retry: {maxAttempts: 20, initialBackoff: 20ms, maxBackoff: 500ms}, rateLimit: {requests: 400, burst: 1}";
      try (var bridge = scene.bridge(scene.yaml(target, delivery, ""))) {
        scene.awaitNoLag(bridge);
        refused.set(sequence -> sequence % 100 == 3);
        int before = orders.accepted().cardinality();
        replays.of(
            bridge,
            "first",
            ALL + ",\"filter\":\"record.headers['kab-status'] == 'INVALID_ARGUMENT'\"");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> orders.accepted().cardinality() > before + 100);
        orders.restart();
        producer.produceEvenly(500, 200);
        StatusReport.Replay first = AskedReplays.awaitEnd(bridge, "first");
        scene.awaitNoLag(bridge);
        System.err.printf("ReplayKindsIT: %s, %d repeated%n", first, orders.repeated());

        assertCounts(first, 500, 0, 480, 20);
        assertThat(scene.letters(1)).isEqualTo(every(100, 3, 2_000));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertAllBut(every(100, 3, 2_500), producer.sent(), orders.accepted());
      assertInOrder(orders.taken(), 2_000);
    }
  }

  /** Each fifth is refused, and each fiftieth names a schema that isn't there. */
  @Test
  void aFilterOverAvroWaitsForTheRegistryAndPassesOverWhatItCanNotJudge() throws Exception {
    var scene = new ReplayScene(broker, "avro", directory, AvroOrders::sequence);
    try (var orders = new AvroOrders(broker, "avro", 20);
        var api = SwitchboardApi.start()) {
      api.account(orders::sent, () -> every(50, 49, 700));
      String registry =
          "record: {valueFormat: Avro, schemaRegistry: {url: \"%s\"}}"
              .formatted(orders.registryUrl());
      String yaml = scene.yaml(http(api.url() + "/v1/orders"), "", registry);
      api.set("{\"refusal\": {\"status\": 422, \"body\": \"sequence\\\":[0-9]*[05]}\"}}");
      orders.produce(600);
      try (var bridge = scene.bridge(yaml)) {
        scene.awaitNoLag(bridge);
      }
      api.set("{}");
      orders.registryFails(true);
      String tenth = ALL + ",\"filter\":\"record.value.sequence % 10 == 0\"";
      try (var bridge = scene.bridge(replays.in(yaml, "tenth", tenth))) {
        TimeUnit.SECONDS.sleep(3);
        long fetches = scene.fetches();
        TimeUnit.SECONDS.sleep(3);
        fetches = scene.fetches() - fetches;
        StatusReport.Replay waits = bridge.status().replay();
        orders.produce(100);
        orders.registryFails(false);
        StatusReport.Replay tens = AskedReplays.awaitEnd(bridge, "tenth");
        scene.awaitNoLag(bridge);
        replays.of(bridge, "rest", ALL);
        StatusReport.Replay rest = AskedReplays.awaitEnd(bridge, "rest");
        System.err.printf("ReplayKindsIT: %s, %d fetches%n%s%n%s%n", waits, fetches, tens, rest);

        assertThat(waits.matched() + waits.skipped()).as("none is judged without it").isZero();
        assertThat(fetches).as("of what waits, in three seconds").isLessThan(100);
        assertCounts(tens, 60, 0, 60, 0);
        assertThat(tens.skipped()).isEqualTo(60 + 12);
        assertThat(tens.unjudged()).isEqualTo(12);
        assertCounts(rest, 120 + 14, 60, 60, 14);
        assertThat(scene.letters(1)).isEqualTo(every(50, 49, 700));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(api.ledger().delivered()).isEqualTo(700 - 14);
      assertThat(api.ledger().lost()).isZero();
      assertInOrder(api, 600);
    }
  }

  /** Each fifth is refused, at the replay every hundredth; the broker dies twice meanwhile. */
  @Test
  void aBrokerThatIsKilledAndComesBackLeavesAReplayWhole() throws Exception {
    try (var mortal = KillableBroker.start(directory.resolve("mortal"));
        var api = SwitchboardApi.start();
        var producer = new OrderProducer(mortal, "orders", 100)) {
      var scene = json(mortal, "orders");
      api.account(producer::sent, BitSet::new);
      api.set("{\"refusal\": {\"status\": 422, \"body\": \"sequence\\\":[0-9]*[05],\"}}");
      producer.produce(4_000);
      try (var bridge = scene.bridge(scene.yaml(http(api.url() + "/v1/orders"), "", ""))) {
        scene.awaitNoLag(bridge);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      api.set("{\"refusal\": {\"status\": 422, \"body\": \"sequence\\\":[0-9]*50,\"}}");
      String slowly = scene.yaml(http(api.url() + "/v1/orders"), "rateLimit: {requests: 150}", "");
      try (var bridge = scene.bridge(replays.in(slowly, "all", ALL))) {
        for (int kill = 1; kill <= 2; kill++) {
          long before = api.ledger().delivered();
          await()
              .atMost(Duration.ofSeconds(40))
              .until(() -> api.ledger().delivered() > before + 100);
          mortal.kill();
          TimeUnit.SECONDS.sleep(2L * kill);
          mortal.startAgain();
          producer.produceEvenly(200, 100);
        }
        StatusReport.Replay all = AskedReplays.awaitEnd(bridge, "all");
        scene.awaitNoLag(bridge);
        System.err.printf("ReplayKindsIT: %s, %s%n", all, api.ledger());

        assertCounts(all, 800, 0, 760, 40);
        assertThat(scene.letters(1)).isEqualTo(every(100, 50, 4_000));
        assertThat(api.ledger().rekeyed()).as("repeated under another key").isZero();
        assertThat(api.ledger().delivered()).isEqualTo(4_400 - 44);
        assertInOrder(api, 4_000);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
    }
  }

  private ReplayScene json(Broker broker, String topic) {
    return new ReplayScene(
        broker,
        topic,
        directory,
        value -> Call.recordsIn(new String(value, UTF_8)).getFirst().sequence());
  }

  private static String http(String url) {
    return "http: {url: \"%s\"}".formatted(url);
  }

  private static void assertAllBut(BitSet missing, BitSet sent, BitSet accepted) {
    sent.andNot(missing);
    assertThat(accepted).isEqualTo(sent);
  }
}
