package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.operator.bridge.report.StatusJson;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import dev.kafkaapibridge.operator.bridge.resources.DisruptionBudgetResource;
import dev.kafkaapibridge.operator.bridge.resources.NetworkPolicyResource;
import dev.kafkaapibridge.operator.bridge.resources.ServiceAccountResource;
import dev.kafkaapibridge.operator.bridge.resources.ServiceResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is made of a bridge, to the letter: {@code cases/SCENARIO/in-bridge.yaml} gives the {@code
 * out-*.yaml} beside it. {@code -Dgolden.update} writes them anew, to be read in the diff.
 */
class RenderingTest {

  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final Installation INSTALLATION =
      new Installation(
          "localhost/kafka-api-bridge/runtime:1.2.3",
          List.of(
              new NetworkPolicyPeerBuilder()
                  .withNewNamespaceSelector()
                  .addToMatchLabels("kubernetes.io/metadata.name", "kafka-api-bridge")
                  .endNamespaceSelector()
                  .withNewPodSelector()
                  .addToMatchLabels("app.kubernetes.io/name", "kafka-api-bridge-operator")
                  .endPodSelector()
                  .build()));

  static Stream<Path> scenarios() throws IOException {
    return Files.list(CASES).sorted();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void rendersAsWritten(Path scenario) throws IOException {
    var written = new TreeSet<String>();
    for (HasMetadata child : children(Bridges.read(scenario.resolve("in-bridge.yaml")))) {
      Path golden =
          scenario.resolve("out-" + child.getKind().toLowerCase(java.util.Locale.ROOT) + ".yaml");
      String yaml =
          Serialization.asYaml(
              sorted(Serialization.unmarshal(Serialization.asJson(child), Map.class)));
      if (System.getProperty("golden.update") != null) {
        Files.writeString(golden, yaml);
      }
      assertThat(yaml).as(golden.toString()).isEqualTo(Files.readString(golden));
      written.add(golden.getFileName().toString());
    }
    try (var files = Files.list(scenario)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("nothing but what is rendered is there")
          .filteredOn(file -> file.startsWith("out-"))
          .containsExactlyInAnyOrderElementsOf(written);
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void thePodsFileIsReadAsTheSameSpec(Path scenario) throws IOException {
    AcceptedBridge bridge = Bridges.accepted(Bridges.read(scenario.resolve("in-bridge.yaml")));

    var reading = BridgeFile.read(MountedBridge.yaml(bridge, null, null));

    assertThat(reading).isInstanceOf(BridgeFile.Reading.Sound.class);
    var sound = (BridgeFile.Reading.Sound) reading;
    assertThat(dev.kafkaapibridge.api.report.SpecHash.of(sound.tree().get("spec")))
        .isEqualTo(bridge.specHash());
    assertThat(sound.bridge().spec().kafka()).isEqualTo(bridge.spec().kafka());
    assertThat(sound.bridge().spec().target()).isEqualTo(bridge.spec().target());
    assertThat(sound.bridge().spec().delivery()).isEqualTo(bridge.spec().delivery());
  }

  /** What plain YAML takes for something else than text, to kubectl and to pods. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "y",
        "n",
        "Y",
        "N",
        "yes",
        "on",
        "true",
        "null",
        "~",
        "1e5",
        "0x1f",
        "0b1",
        "017",
        "1_000",
        "1.5",
        ".5",
        "1:30",
        "2026-11-28",
        "2026-11-28T10:00:00Z",
        "<<",
        "=",
        "-",
        "---",
        "...",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "'a",
        "\"a",
        "{a",
        "[a",
        "|",
        ">",
        "?",
        ":",
        ",",
        " a ",
        ".inf",
        ".nan",
        "{}",
        "[]"
      })
  void aTextIsReadByPodsAsThatText(String text) throws IOException {
    ObjectNode tree = (ObjectNode) new YAMLMapper().readTree(Bridges.MINIMAL);
    ((ObjectNode) tree.at("/spec/target/http"))
        .putArray("headers")
        .addObject()
        .put("name", "X-Text")
        .put("value", text);
    Bridge bridge = Bridges.read(tree.toString());
    Assumptions.assumeThat(Bridges.accept(bridge)).isInstanceOf(Acceptance.Accepted.class);
    AcceptedBridge accepted = Bridges.accepted(bridge);

    var reading = BridgeFile.read(MountedBridge.yaml(accepted, null, null));

    assertThat(((BridgeFile.Reading.Sound) reading).bridge().spec().target())
        .isEqualTo(accepted.spec().target());
  }

  @Test
  void scalingAndStartingChangeNothingOfThePods() throws IOException {
    var minimal = children(Bridges.read(CASES.resolve("minimal/in-bridge.yaml")));
    for (String other : List.of("external", "started")) {
      var changed = children(Bridges.read(CASES.resolve(other + "/in-bridge.yaml")));
      assertThat(template(changed)).as(other).isEqualTo(template(minimal));
    }
  }

  private static Object template(List<HasMetadata> children) {
    return children.stream()
        .filter(io.fabric8.kubernetes.api.model.apps.Deployment.class::isInstance)
        .map(io.fabric8.kubernetes.api.model.apps.Deployment.class::cast)
        .findFirst()
        .orElseThrow()
        .getSpec()
        .getTemplate();
  }

  private static List<HasMetadata> children(Bridge bridge) {
    AcceptedBridge accepted = Bridges.accepted(bridge);
    var rendered =
        Rendered.of(
            accepted,
            INSTALLATION,
            Replicas.decide(accepted.spec(), Replicas.Known.nothing()).replicas(),
            StatusJson.read(bridge.getStatus()).consumer(),
            null,
            Annotated.of(bridge).restart(StatusJson.read(bridge.getStatus()).restartedAt()));
    return Stream.<HasMetadata>of(
            ServiceAccountResource.render(rendered),
            ConfigMapResource.render(rendered),
            DeploymentResource.render(rendered),
            ServiceResource.render(rendered),
            DisruptionBudgetResource.render(rendered),
            NetworkPolicyResource.render(rendered))
        .filter(child -> rendered.kinds().contains(child.getClass()))
        .toList();
  }

  /** So that a golden file does not depend on the order of the client's fields. */
  private static Object sorted(Object tree) {
    return switch (tree) {
      case Map<?, ?> map -> {
        var sorted = new TreeMap<String, Object>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), sorted(value)));
        yield sorted;
      }
      case List<?> list -> list.stream().map(RenderingTest::sorted).toList();
      default -> tree;
    };
  }
}
