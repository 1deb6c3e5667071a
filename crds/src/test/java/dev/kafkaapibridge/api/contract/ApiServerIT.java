package dev.kafkaapibridge.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kafkaapibridge.api.contract.Corpus.Case;
import dev.kafkaapibridge.api.contract.Corpus.Change;
import dev.kafkaapibridge.api.contract.RealApiServer.Answer;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Sound;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The CRD and the corpus on a real API server, with the real kubectl: what the validator says of
 * each file is what they say, and what it fills in is what they store.
 */
class ApiServerIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static String crd;
  private static RealApiServer server;

  /** What the server makes of each accepted file, by the object's name. */
  private static final Map<String, JsonNode> STORED = new HashMap<>();

  private static String refusals;

  @BeforeAll
  static void startAndInstall() throws IOException {
    server = RealApiServer.start();
    try (InputStream in = BridgeSchema.class.getResourceAsStream(BridgeSchema.RESOURCE)) {
      crd = server.file("crd.yaml", in.readAllBytes()).toString();
    }
    // By both ways that people install it; the second one also stores a copy in an annotation.
    server.kubectl("apply", "--server-side", "-f", crd).mustSucceed();
    server.kubectl("delete", "-f", crd).mustSucceed();
    server.kubectl("apply", "-f", crd).mustSucceed();
    // kubectl wait itself fails while the CRD has no status at all.
    await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> server.kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", crd),
            answer -> answer.exitCode() == 0);
    // In one go, since most of a kubectl's time is its start. What it refuses shows file by file.
    Answer created = create(Corpus.folder(Corpus.ACCEPTED), "-o", "json");
    refusals = created.err();
    try (MappingIterator<JsonNode> objects =
        JSON.readerFor(JsonNode.class).readValues(created.out())) {
      objects.forEachRemaining(object -> STORED.put(object.at("/metadata/name").asText(), object));
    }
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theSchemaIsStructuralAndItsNamesAreFree() throws IOException {
    JsonNode installed = JSON.readTree(server.kubectl("get", "-o", "json", "-f", crd).out());

    assertThat(installed.at("/status/conditions"))
        .extracting(
            condition -> condition.path("type").asText() + "=" + condition.path("status").asText())
        .containsExactlyInAnyOrder("NamesAccepted=True", "Established=True");
  }

  @ParameterizedTest
  @MethodSource
  void acceptedAndStoredWithTheSameDefaults(Case file) throws IOException {
    JsonNode tree = ((Sound) BridgeFile.read(file.text())).tree();
    JsonNode stored = STORED.get(tree.at("/metadata/name").asText());

    assertThat(stored)
        .as("%s is not among what kubectl took; it said: %s", file, refusals)
        .isNotNull();
    assertThat(stored.get("spec")).as("%s", file).isEqualTo(canonical(tree.get("spec")));
    assertThat(stored.get("status"))
        .as("the status of a new object, whatever the file says")
        .isEqualTo(JSON.readTree("{\"observedGeneration\":-1}"));
  }

  @Test
  void serverSideApplyTakesTheSameFiles() {
    Answer answer =
        server.kubectl(
            "apply",
            "--server-side",
            "--dry-run=server",
            "-o",
            "name",
            "-f",
            Corpus.folder(Corpus.ACCEPTED).toString());

    assertThat(answer.err()).isEmpty();
    assertThat(answer.out().lines().count()).isEqualTo(Corpus.in(Corpus.ACCEPTED).size());
  }

  @ParameterizedTest
  @MethodSource
  void refusedAtTheFieldAndInTheWordsThatTheFileSays(Case file) {
    Answer answer = create(file.file());

    assertThat(answer.exitCode()).as("%s: %s", file, answer.out()).isEqualTo(1);
    assertThat(answer.err()).as("%s", file).contains(file.kubectlSays());
    // Of a file that is no object kubectl names the file at best, and an unknown apiVersion it
    // calls a version.
    if (!List.of(Corpus.THE_FILE, "apiVersion").contains(file.field())) {
      assertThat(answer.err()).as("%s", file).contains(file.field());
    }
  }

  @ParameterizedTest
  @MethodSource
  void takenByKubectlThoughNotByTheRuntime(Case file) {
    assertThat(create(file.file()).exitCode()).as("%s", file).isZero();
  }

  @ParameterizedTest
  @MethodSource
  void transition(Change change) {
    server.kubectl("create", "-f", change.before().file().toString()).mustSucceed();
    Answer answer =
        server.kubectl("replace", "--dry-run=server", "-f", change.after().file().toString());
    server.kubectl("delete", "-f", change.before().file().toString()).mustSucceed();

    if (change.after().isRefused()) {
      assertThat(answer.err())
          .as("%s", change)
          .contains(change.after().field(), change.after().kubectlSays());
    } else {
      answer.mustSucceed();
    }
  }

  /** What `kubectl explain` prints comes from here; the server fills in the standard fields. */
  @Test
  void everyFieldIsExplained() throws IOException {
    String document = "/openapi/v3/apis/" + BridgeSchema.API_VERSION;
    // Published a moment after the CRD is established.
    Answer answer =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> server.kubectl("get", "--raw", document), a -> a.exitCode() == 0);
    JsonNode published =
        JSON.readTree(answer.out())
            .at("/components/schemas/dev.kafka-api-bridge.v1alpha1.KafkaApiBridge/properties");

    assertThat(Schema.places())
        .filteredOn(place -> !place.isElement() && place.path().matches("(spec|status).*"))
        .hasSizeGreaterThan(200)
        .allSatisfy(place -> {
          String pointer = "/" + place.path().replace(".", "/properties/").replace("[]", "/items");
          assertThat(published.at(pointer).path("description").asText())
              .as("%s", place)
              .isNotBlank();
        });
  }

  @Test
  void aBridgeIsSeenScaledAndSelectedByItsOwnFields() {
    server
        .kubectl("create", "-f", Corpus.folder("accepted/example-minimal.yaml").toString())
        .mustSucceed();

    String wide = server.kubectl("get", "kab", "-o", "wide").mustSucceed().out();
    server.kubectl("scale", "kab", "orders-to-crm", "--replicas=7").mustSucceed();
    String replicas =
        server.kubectl("get", "kab", "orders-to-crm", "-o", "jsonpath={.spec.replicas}").out();
    String running = server.kubectl("get", "kab", "--field-selector=spec.state=Running").out();
    String stopped = server.kubectl("get", "kab", "--field-selector=spec.state=Stopped").out();
    server.kubectl("delete", "apibridge", "--all").mustSucceed();

    assertThat(wide.lines().findFirst().orElseThrow().strip().split(" {2,}"))
        .containsExactly(
            "NAME",
            "READY",
            "REASON",
            "REPLICAS",
            "DESIRED",
            "LAG",
            "AGE",
            "THROTTLED",
            "TARGET",
            "GROUP",
            "MESSAGE");
    assertThat(replicas).isEqualTo("7");
    assertThat(running).contains("orders-to-crm");
    assertThat(stopped).isEmpty();
  }

  static List<Case> acceptedAndStoredWithTheSameDefaults() {
    return Corpus.in(Corpus.ACCEPTED);
  }

  static List<Case> refusedAtTheFieldAndInTheWordsThatTheFileSays() {
    return Corpus.in(Corpus.REFUSED);
  }

  static List<Case> takenByKubectlThoughNotByTheRuntime() {
    return Corpus.in(Corpus.FILE_ONLY);
  }

  static List<Change> transition() {
    return Corpus.transitions();
  }

  /** As `kubectl create` does it by default: unknown fields are refused, not dropped. */
  private static Answer create(Path files, String... more) {
    var arguments =
        new ArrayList<>(
            List.of("create", "--dry-run=server", "--validate=strict", "-f", files.toString()));
    arguments.addAll(List.of(more));
    return server.kubectl(arguments.toArray(String[]::new));
  }

  /** Numbers of one kind, so that trees from two readers compare. */
  private static JsonNode canonical(JsonNode tree) throws IOException {
    return JSON.readTree(tree.toString());
  }
}
