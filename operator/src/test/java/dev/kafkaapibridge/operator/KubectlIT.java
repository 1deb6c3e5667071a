package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.Shell;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What kubectl shows of a bridge at each stage of its life, to the letter: {@code life/STAGE} holds
 * the object as {@code LifeStageTest} made it and the text. No operator runs. {@code
 * -Dgolden.update} writes the texts anew, to be read in the diff.
 */
class KubectlIT {

  private static final Path LIFE = Path.of("src/test/resources/life");
  private static final String NAMESPACE = "shop";
  private static ControlPlane cluster;

  static Stream<Path> stages() throws IOException {
    return Files.list(LIFE).sorted();
  }

  @BeforeAll
  static void start() {
    cluster = ControlPlane.get();
    cluster.kubectl("create", "namespace", NAMESPACE);
  }

  @AfterAll
  static void stop() {
    cluster.kubectl("delete", "namespace", NAMESPACE, "--wait=false");
  }

  @AfterEach
  void delete() {
    cluster.kubectl("-n", NAMESPACE, "delete", "kab", "orders");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void readsWell(Path stage) throws IOException {
    JsonNode bridge =
        Serialization.unmarshal(Files.readString(stage.resolve("bridge.yaml")), JsonNode.class);
    apply(bridge);
    String text = shown();

    Path golden = stage.resolve("kubectl.txt");
    if (System.getProperty("golden.update") != null) {
      Files.writeString(golden, text);
    }
    assertThat(text).as(golden.toString()).isEqualTo(Files.readString(golden));
  }

  /** So often that it has the generation that its status speaks of. */
  private static void apply(JsonNode bridge) {
    ObjectNode file = bridge.deepCopy();
    ObjectNode metadata = (ObjectNode) file.get("metadata");
    metadata.remove(List.of("uid", "generation"));
    file.remove("status");
    for (int former = 1; former < bridge.at("/metadata/generation").asInt(); former++) {
      ObjectNode other = file.deepCopy();
      ((ObjectNode) other.get("spec")).putObject("delivery").put("maxInFlight", former);
      cluster.apply(Serialization.asYaml(other));
    }
    cluster.apply(Serialization.asYaml(file));
    file.set("status", bridge.get("status"));
    cluster.apply(
        Serialization.asYaml(file),
        "--server-side",
        "--subresource=status",
        "--field-manager=kafka-api-bridge-operator");
  }

  private static String shown() {
    String described = kubectl("describe", "kab", "orders");
    return prompt("get", "kab")
        + "\n"
        + prompt("get", "kab", "--output", "wide")
        + "\n"
        + prompt("wait", "--for=condition=Ready", "--timeout=0s", "kab/orders")
        + "\n$ kubectl describe kab orders\n...\n"
        + described.substring(described.indexOf("\nStatus:") + 1);
  }

  private static String prompt(String... arguments) {
    // The age is the only figure that differs from run to run.
    return "$ kubectl "
        + String.join(" ", arguments)
        + "\n"
        + kubectl(arguments)
            .replaceAll("(?<= )\\d{1,2}s +", "0s    ")
            .replaceAll("(?<= )\\d{1,2}s\n", "0s\n");
  }

  private static String kubectl(String... arguments) {
    Shell.Answer answer =
        cluster.tryKubectl(
            Stream.concat(Stream.of("-n", NAMESPACE), Stream.of(arguments)).toArray(String[]::new));
    return answer.out() + answer.err();
  }
}
