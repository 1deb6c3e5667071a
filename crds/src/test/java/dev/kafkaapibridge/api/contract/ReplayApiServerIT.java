package dev.kafkaapibridge.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kafkaapibridge.api.contract.Corpus.Case;
import dev.kafkaapibridge.api.contract.Corpus.Change;
import dev.kafkaapibridge.api.contract.RealApiServer.Answer;
import dev.kafkaapibridge.api.validation.ReplayFile;
import dev.kafkaapibridge.api.validation.ReplayFile.Reading.Sound;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The second CRD and its corpus on a real API server, with the real kubectl. */
class ReplayApiServerIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static RealApiServer server;

  @BeforeAll
  static void startAndInstall() throws IOException {
    server = RealApiServer.start();
    String crd;
    try (InputStream in = ReplaySchema.class.getResourceAsStream(ReplaySchema.RESOURCE)) {
      crd = server.file("replays.yaml", in.readAllBytes()).toString();
    }
    server.kubectl("apply", "--server-side", "-f", crd).mustSucceed();
    await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> server.kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", crd),
            answer -> answer.exitCode() == 0);
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource
  void acceptedAndStoredWithTheSameDefaults(Case file) throws IOException {
    Answer created =
        server
            .kubectl(
                "create",
                "--dry-run=server",
                "--validate=strict",
                "-o",
                "json",
                "-f",
                file.file().toString())
            .mustSucceed();
    JsonNode ours =
        ((Sound) ReplayFile.read(JSON.valueToTree(new Yaml().<Object>load(file.text())))).tree();

    JsonNode stored = JSON.readTree(created.out());
    assertThat(stored.get("spec")).isEqualTo(JSON.readTree(ours.toString()));
    assertThat(stored.get("status")).isEqualTo(JSON.readTree("{\"observedGeneration\":-1}"));
  }

  @ParameterizedTest
  @MethodSource
  void refusedAtTheFieldAndInTheWordsThatTheFileSays(Case file) {
    Answer answer =
        server.kubectl(
            "create", "--dry-run=server", "--validate=strict", "-f", file.file().toString());

    assertThat(answer.exitCode()).as("%s: %s", file, answer.out()).isEqualTo(1);
    assertThat(answer.err()).as("%s", file).contains(file.kubectlSays()).contains(file.field());
  }

  @ParameterizedTest
  @MethodSource
  void transition(Change change) {
    server.kubectl("create", "-f", change.before().file().toString()).mustSucceed();
    Answer answer =
        server.kubectl("replace", "--dry-run=server", "-f", change.after().file().toString());
    server.kubectl("delete", "-f", change.before().file().toString()).mustSucceed();

    if (change.after().isRefused()) {
      assertThat(answer.err()).contains(change.after().field(), change.after().kubectlSays());
    } else {
      answer.mustSucceed();
    }
  }

  @Test
  void aReplayIsSeenAndWaitedFor() {
    Case file = Case.at(Corpus.folder("replays/accepted/example-dead-letters.yaml"));
    server.kubectl("create", "-f", file.file().toString()).mustSucceed();
    server
        .kubectl(
            "patch",
            "kabr",
            "example-dead-letters",
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"observedGeneration\":1,\"matched\":7,\"replayed\":5,\"failed\":2,\"conditions\":[{\"type\":\"Succeeded\",\"status\":\"True\",\"reason\":\"Completed\",\"message\":\"All is done.\",\"lastTransitionTime\":\"2026-11-21T08:00:00Z\"}]}}")
        .mustSucceed();

    String seen = server.kubectl("get", "kabr").mustSucceed().out();
    Answer waited =
        server.kubectl(
            "wait", "--for=condition=Succeeded", "--timeout=5s", "kabr/example-dead-letters");
    server.kubectl("delete", "kabr", "--all").mustSucceed();

    assertThat(seen.lines().findFirst().orElseThrow().strip().split(" {2,}"))
        .containsExactly(
            "NAME", "BRIDGE", "MATCHED", "REPLAYED", "FAILED", "SUCCEEDED", "REASON", "AGE");
    assertThat(seen.lines().skip(1).findFirst().orElseThrow().split(" +"))
        .startsWith("example-dead-letters", "orders-to-crm", "7", "5", "2", "True", "Completed");
    waited.mustSucceed();
  }

  static List<Case> acceptedAndStoredWithTheSameDefaults() {
    return Corpus.in("replays/accepted");
  }

  static List<Case> refusedAtTheFieldAndInTheWordsThatTheFileSays() {
    return Corpus.in("replays/refused");
  }

  static List<Change> transition() {
    return Corpus.transitions("replays/transitions");
  }
}
