package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What befalls an operator in the life of a cluster: it is killed, frozen, cut off; in the end all
 * is as if nothing had happened. The jar on a control plane of its own.
 */
@Tag("turn-1") // 310 s
class OperatorTroubleIT {

  private static final long SEED = Long.getLong("kab.seed", System.nanoTime());
  private static final boolean FULL = "full".equals(System.getProperty("kab.scale"));
  private static final String AGENT = "kafka-api-bridge-operator/";

  private static ControlPlane cluster;
  private static Path kubeconfig;

  @TempDir static Path folder;
  private final List<OperatorJar> started = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    cluster = ControlPlane.start();
    kubeconfig = cluster.operatorKubeconfig();
  }

  @AfterAll
  static void stop() {
    cluster.stop();
  }

  @AfterEach
  void killAll() {
    started.forEach(operator -> operator.process().destroyForcibly());
    cluster.kubectl("delete", "kafkaapibridges", "--all", "--all-namespaces", "--timeout=120s");
  }

  @Test
  void killedAtAnyMomentItEndsWhereAnUndisturbedOneDoes() throws Exception {
    OperatorJar undisturbed = operator(Map.of()).awaitStarted();
    var shop = new ShopOfBridges(cluster, "undisturbed", FULL ? 50 : 15, new Random(SEED));
    shop.live(Duration.ZERO);
    shop.awaitObserved();
    awaitNoMoreWrites("undisturbed"); // what is observed may still be told anew, as its pods come
    String expected = shop.shape();
    assertThat(undisturbed.stop()).isZero();

    var again = new ShopOfBridges(cluster, "disturbed", FULL ? 50 : 15, new Random(SEED));
    Thread living = Thread.ofVirtual().start(() -> again.live(Duration.ofSeconds(FULL ? 60 : 15)));
    var moments = new Random(SEED);
    int kills = 0;
    while (living.isAlive()) {
      OperatorJar victim = operator(Map.of());
      Thread.sleep(500 + moments.nextInt(6_000));
      victim.kill();
      kills++;
    }
    operator(Map.of());
    again.awaitObserved();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(again.shape()).as("seed %d", SEED).isEqualTo(expected));
    assertThat(kills).isGreaterThan(1);
  }

  @Test
  void aFrozenLeaderIsReplacedAndEndsWhenItAwakes() throws Exception {
    Map<String, String> election =
        Map.of("KAB_LEADER_ELECTION", "Enabled", "POD_NAMESPACE", "operator");
    OperatorJar first = operator(election, "first").awaitStarted();
    await().atMost(Duration.ofSeconds(60)).until(() -> holder().equals("first"));
    OperatorJar second = operator(election, "second").awaitStarted();
    var shop = new ShopOfBridges(cluster, "frozen", 2, new Random(SEED));
    shop.create(1);
    shop.awaitObserved();

    first.freeze();
    shop.create(2);
    shop.edit(1);
    await().atMost(Duration.ofSeconds(60)).until(() -> holder().equals("second"));
    shop.awaitObserved();
    List<String> written = awaitNoMoreWrites("frozen");
    String expected = shop.shape();
    first.thaw();

    assertThat(first.end()).as("a container that ends is started again, as a follower").isOne();
    assertThat(first.text()).containsAnyOf("stood still", "the lease was lost");
    assertThat(shop.shape()).isEqualTo(expected);
    assertThat(cluster.writes(AGENT, "frozen")).isEqualTo(written);
    assertThat(second.stop()).isZero();
  }

  @Test
  void theApiServerMayGoAwayAndComeBack() throws Exception {
    OperatorJar operator = operator(Map.of()).awaitStarted();
    var shop = new ShopOfBridges(cluster, "away", 3, new Random(SEED));
    shop.create(1);
    shop.awaitObserved();

    cluster.restart(() -> sleep(Duration.ofSeconds(5)));
    shop.edit(1);
    shop.create(2);

    shop.awaitObserved();
    assertThat(operator.process().isAlive()).isTrue();
    assertThat(operator.get("/healthz")).isEqualTo("200 ok\n");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(operator.get("/readyz")).isEqualTo("200 ok\n"));
    await("its own writes come back to it by the watch")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(operator.get("/metrics"))
                .contains("kab_api_failures_total")
                .contains(
                    "kab_bridge_condition{name=\"orders-2\",namespace=\"away\",status=\"True\",type=\"Accepted\"} 1.0"));
  }

  /** 410: what it has seen last is so long ago that the API server can't tell what came since. */
  @Test
  void aWatchThatIsTooOldBeginsAgain() throws Exception {
    OperatorJar operator = operator(Map.of()).awaitStarted();
    var shop = new ShopOfBridges(cluster, "expired", 3, new Random(SEED));
    shop.create(1);
    shop.create(2);
    shop.awaitObserved();
    double lists = lists(operator);

    operator.freeze();
    shop.edit(1);
    shop.delete(2);
    shop.create(3);
    cluster.restart(() -> {});
    cluster.compact();
    operator.thaw();

    shop.awaitObserved();
    assertThat(lists(operator)).as("it had to list them anew").isGreaterThan(lists);
    assertThat(operator.process().isAlive()).isTrue();
  }

  /** {@code rbac.cleanupJobs: false} while bridges have the finalizer. */
  @Test
  void withoutTheRightToJobsADeletionHangsOnNothing() throws Exception {
    operator(Map.of()).awaitStarted();
    cluster.kubectl("create", "namespace", "unentitled");
    cluster.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: orders, namespace: unentitled}
        spec:
          kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
          target: {http: {url: "https://crm.example.com/v1/orders"}}
          deletionPolicy: {consumerGroup: Delete}
        """);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            inUnentitled("get", "kab/orders", "-o", "jsonpath={.metadata.finalizers}")
                .contains("consumer-group"));
    List<String> rules =
        List.of(
            cluster
                .kubectl(
                    "get",
                    "clusterrole",
                    "kafka-api-bridge-operator",
                    "-o",
                    "jsonpath={range .rules[*]}{.apiGroups[0]}{'\\n'}{end}")
                .split("\n", -1));
    int jobs = rules.indexOf("batch");
    rightTo(jobs, "nothing");
    try {
      // The API server goes by what it has heard of roles, a moment after they were written.
      await().atMost(Duration.ofSeconds(60)).until(() -> !mayMakeJobs());
      cluster.kubectl("-n", "unentitled", "delete", "kab/orders", "--timeout=60s");

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> inUnentitled("get", "events", "-o", "wide").contains("rbac.cleanupJobs"));
    } finally {
      rightTo(jobs, "jobs");
    }
  }

  private static boolean mayMakeJobs() {
    return inUnentitled(
            "auth",
            "can-i",
            "create",
            "jobs.batch",
            "--as=system:serviceaccount:operator:kafka-api-bridge-operator")
        .contains("yes");
  }

  private static void rightTo(int rule, String resource) {
    cluster.kubectl(
        "patch",
        "clusterrole",
        "kafka-api-bridge-operator",
        "--type=json",
        "-p",
        "[{\"op\": \"replace\", \"path\": \"/rules/%d/resources\", \"value\": [\"%s\"]}]"
            .formatted(rule, resource));
  }

  private static String inUnentitled(String... arguments) {
    var all = new ArrayList<>(List.of("-n", "unentitled"));
    all.addAll(List.of(arguments));
    return cluster.tryKubectl(all.toArray(String[]::new)).out();
  }

  @Test
  void manyBridgesAtRestCauseNoWrites() throws Exception {
    int many = FULL ? 1_000 : 40;
    operator(Map.of()).awaitStarted();
    var shop = new ShopOfBridges(cluster, "many", many, new Random(SEED));
    IntStream.rangeClosed(1, many).forEach(shop::create);
    shop.awaitObserved();
    List<String> before = awaitNoMoreWrites("many");

    Thread.sleep(FULL ? Duration.ofMinutes(10) : Duration.ofSeconds(15));

    assertThat(cluster.writes(AGENT, "many")).isEqualTo(before);
  }

  private static List<String> awaitNoMoreWrites(String namespace) throws Exception {
    List<String> last = cluster.writes(AGENT, namespace);
    long from = System.nanoTime();
    while (System.nanoTime() - from < Duration.ofMinutes(FULL ? 15 : 4).toNanos()) {
      Thread.sleep(12_000); // longer than the ten seconds between two looks
      List<String> now = cluster.writes(AGENT, namespace);
      if (now.equals(last)) {
        return now;
      }
      last = now;
    }
    throw new AssertionError("it writes and writes: " + last);
  }

  private static double lists(OperatorJar operator) throws Exception {
    return operator
        .get("/metrics")
        .lines()
        .filter(line ->
            line.startsWith("kab_api_requests_total{resource=\"kafkaapibridges\",verb=\"list\"} "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private OperatorJar operator(Map<String, String> environment) throws IOException {
    OperatorJar operator =
        OperatorJar.start(kubeconfig, environment, folder.resolve("log-" + System.nanoTime()));
    started.add(operator);
    return operator;
  }

  private OperatorJar operator(Map<String, String> election, String name) throws IOException {
    var environment = new java.util.HashMap<>(election);
    environment.put("POD_NAME", name);
    return operator(environment);
  }

  private static String holder() {
    return cluster
        .tryKubectl(
            "-n",
            "operator",
            "get",
            "lease",
            "kafka-api-bridge-operator",
            "-o",
            "jsonpath={.spec.holderIdentity}")
        .out();
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
