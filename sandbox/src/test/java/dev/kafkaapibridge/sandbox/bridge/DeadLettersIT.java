package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters, looked at: in the status of the process that writes them, and by the command. */
@Tag("turn-0") // 91 s
@Timeout(240)
class DeadLettersIT {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  private record Ran(int code, String out, String err) {
    List<JsonNode> lines() throws IOException {
      var lines = new ArrayList<JsonNode>();
      for (String line : out.lines().toList()) {
        lines.add(JSON.readTree(line));
      }
      return lines;
    }
  }

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void lettersAreListedShownAndExportedAndCounted() throws Exception {
    try (var shop = new Shop(broker, directory, "read", 3, 100)) {
      // Of the first hundred: 7, 17, 27 ...; and 50, by another status.
      String dead = shop.group + ".dlt";
      Path file;
      try (var bridge = shop.bridge("", "").awaitReady()) {
        file = bridge.file();
        shop.api.set("{\"refusal\": {\"status\": 422, \"body\": \"\\\"sequence\\\":\\\\d?7,\"}}");
        shop.producer.produce(100);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> bridge.status().records().deadLettered() == 10);
        awaitDelivered(bridge, 90);
        shop.api.set("{\"refusal\": {\"status\": 409, \"body\": \"\\\"sequence\\\":150,\"}}");
        shop.producer.produce(100);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> bridge.status().records().deadLettered() == 11);
        await()
            .atMost(Duration.ofSeconds(60)) // looked at every half minute
            .until(() -> Long.valueOf(11).equals(bridge.status().deadLetter().depth()));
        StatusReport.DeadLetter said = bridge.status().deadLetter();
        assertThat(said.causes())
            .extracting(c -> c.cause(), c -> c.status(), c -> c.reason(), c -> c.records())
            .containsExactly(
                tuple("Refused", "422", "Refused", 10L), tuple("Refused", "409", "Refused", 1L));
        long oldest =
            broker.topics().read(dead).stream()
                .mapToLong(ConsumerRecord::timestamp)
                .min()
                .orElseThrow();
        assertThat(Instant.parse(said.oldestAt()).toEpochMilli()).isEqualTo(oldest);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }

      List<JsonNode> all = run("list", "-f", file.toString()).lines();
      assertThat(all).hasSize(11);
      JsonNode one =
          all.stream().filter(l -> l.path("status").asText().equals("409")).findFirst().get();
      assertThat(one.path("key").asText()).isEqualTo("order-00050");
      assertThat(one.path("cause").asText()).isEqualTo("Refused");
      assertThat(one.path("attempts").asInt()).isEqualTo(1);
      assertThat(one.path("origin").path("topic").asText()).isEqualTo(shop.topic);
      assertThat(one.has("value")).isFalse();
      assertThat(run("list", "-f", file.toString(), "--status", "422", "--limit", "3").lines())
          .hasSize(3);
      assertThat(run("list", "-f", file.toString(), "--cause", "TooOld").lines()).isEmpty();
      assertThat(run("list", "-f", file.toString(), "--since", "1h").lines()).hasSize(11);
      assertThat(run("list", "-f", file.toString(), "--until", "1h").lines()).isEmpty();

      String place = one.path("partition").asText() + "@" + one.path("offset").asText();
      Ran shown = run("show", "-f", file.toString(), place);
      assertThat(shown.code()).isZero();
      JsonNode page = JSON.readTree(shown.out());
      assertThat(page.path("value").asText()).contains("\"sequence\":150,");
      assertThat(page.path("headers").findValuesAsText("name")).contains("kab-failed-at");
      Ran nothing = run("show", "-f", file.toString(), "0@999999");
      assertThat(nothing.code()).isEqualTo(1);
      assertThat(nothing.err()).contains("nothing lies at 0@999999 of topic '" + dead + "'");

      spoil(dead);
      List<JsonNode> exported = run("export", "-f", file.toString()).lines();
      assertThat(exported).hasSize(12);
      assertThat(exported)
          .filteredOn(l -> l.path("valueBase64").asText().equals("/wA="))
          .hasSize(1);
      assertThat(exported)
          .filteredOn(l -> l.has("value"))
          .allSatisfy(l -> assertThat(JSON.readTree(l.path("value").asText())).isNotNull());

      // What retention has taken is passed over.
      var first = new TopicPartition(dead, 0);
      long end = broker.topics().ends(dead).get(first);
      broker
          .topics()
          .admin()
          .deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(end)))
          .all()
          .get();
      assertThat(run("list", "-f", file.toString()).lines())
          .hasSize(12 - (int) end)
          .noneMatch(l -> l.path("partition").asInt() == 0);

      assertThat(broker.topics().admin().listGroups().all().get())
          .as("nobody has joined but the bridges")
          .extracting(GroupListing::groupId)
          .allMatch(group -> group.startsWith("shop."));
    }
  }

  @Test
  void whatStandsInTheWayHasASentenceAndAnExitCode() throws Exception {
    try (var shop = new Shop(broker, directory, "none", 1, 1)) {
      Path file = Files.writeString(directory.resolve("none.yaml"), shop.yaml("", "", ""));
      assertThat(run("list", "-f", file.toString()))
          .extracting(Ran::code, Ran::out, Ran::err)
          .containsExactly(
              1,
              "",
              "topic 'shop.none.dlt' does not exist: no dead letter was written yet, or its name is another\n");
      Ran misspelt = run("lists", "-f", file.toString());
      assertThat(misspelt.code()).isEqualTo(2);
      assertThat(misspelt.err()).startsWith("dead-letters list, export or show, not 'lists'");
      Ran missing = run("list", "-f", directory.resolve("absent.yaml").toString());
      assertThat(missing.code()).isEqualTo(2);
      assertThat(missing.err()).contains("there is no such file");
      Path nowhere =
          Files.writeString(
              directory.resolve("nowhere.yaml"),
              shop.reachingBrokerAt("127.0.0.1:1").yaml("", "", ""));
      Ran unreachable = run("list", "-f", nowhere.toString());
      assertThat(unreachable.code()).isEqualTo(1);
      assertThat(unreachable.out()).isEmpty();
      assertThat(unreachable.err()).contains("topic 'shop.none.dlt' can't be read: no answer");
    }
  }

  /** Somebody else's record, of bytes that are no text. */
  private static void spoil(String topic) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, 1, "k".getBytes(UTF_8), new byte[] {(byte) 0xFF, 0}))
          .get();
    }
  }

  private static void awaitDelivered(RunningBridge bridge, long records) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> bridge.status().records().delivered() >= records);
  }

  private static Ran run(String... arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                GuardedProcess.java(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                RunningBridge.JAR.toString(),
                "dead-letters"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "out", ".json");
    Path err = Files.createTempFile(directory, "err", ".txt");
    var process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }
}
