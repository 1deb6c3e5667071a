package dev.kafkaapibridge.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.contract.Corpus.Case;
import dev.kafkaapibridge.api.contract.Corpus.Change;
import dev.kafkaapibridge.api.contract.Schema.Rule;
import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.validation.ReplayFile;
import dev.kafkaapibridge.api.validation.ReplayFile.Reading.Refused;
import dev.kafkaapibridge.api.validation.ReplayFile.Reading.Sound;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import dev.kafkaapibridge.api.validation.Violation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * What a KafkaApiBridgeReplay is, by the validator; {@link ReplayApiServerIT} holds the same files
 * to a real API server.
 */
class ReplayContractTest {

  @ParameterizedTest
  @MethodSource
  void accepted(Case file) {
    assertThat(ReplayFile.read(tree(file))).as("%s", file).isInstanceOf(Sound.class);
  }

  @ParameterizedTest
  @MethodSource
  void refused(Case file) {
    assertThat(violations(file))
        .as("%s", file)
        .anySatisfy(violation -> {
          assertThat(violation.field()).isEqualTo(file.validatorField());
          assertThat(violation.message()).contains(file.validatorSays());
        });
  }

  @ParameterizedTest
  @MethodSource
  void transition(Change change) {
    List<Violation> violations =
        ReplayFile.change(withDefaults(change.before()), withDefaults(change.after()));

    if (change.after().isRefused()) {
      assertThat(violations)
          .singleElement()
          .satisfies(v -> assertThat(v.message()).contains(change.after().validatorSays()));
    } else {
      assertThat(violations).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource
  void aRuleRefusesOneFileAndAcceptsItsTwin(Rule rule) {
    List<String> broken =
        refused().stream()
            .filter(file -> file.name().startsWith("rule-"))
            .filter(file -> violations(file).size() == 1)
            .filter(file -> violations(file).getFirst().field().equals(rule.field()))
            .filter(file -> violations(file).getFirst().message().contains(rule.message()))
            .map(Case::name)
            .toList();

    assertThat(broken).as("files refused/rule-* that break it").isNotEmpty();
    assertThat(accepted()).extracting(Case::name).containsAll(broken);
  }

  @Test
  void whatPodsAreToldIsReadAsItWasMeant() {
    Case file = Case.at(Corpus.folder("replays/accepted/every-field.yaml"));
    var sound = (Sound) ReplayFile.read(tree(file));
    Instant at = Instant.parse("2026-11-21T08:00:00Z");
    var order = new ReplayOrder("uid-1", "every-field", at, at, sound.spec(), sound.tree());

    assertThat(ReplayOrder.read(order.write())).contains(order);
    assertThat(order.covers(Instant.parse("2026-11-20T00:00:00Z"))).isTrue();
    assertThat(order.covers(Instant.parse("2026-11-20T22:59:59.999Z"))).isTrue();
    assertThat(order.covers(Instant.parse("2026-11-20T23:00:00Z"))).isFalse();
    assertThat(order.covers(Instant.parse("2026-11-19T23:59:59Z"))).isFalse();
  }

  @Test
  void withoutAnEndTheWindowEndsWithTheCreation() {
    Case file = Case.at(Corpus.folder("replays/accepted/example-dead-letters.yaml"));
    var sound = (Sound) ReplayFile.read(tree(file));
    Instant created = Instant.parse("2026-11-21T08:00:00Z"); // truncated: it was within the second
    var order =
        new ReplayOrder(
            "uid-1", "all", created.plusSeconds(60), created, sound.spec(), sound.tree());

    assertThat(order.covers(created.plusMillis(999))).isTrue();
    assertThat(order.covers(created.plusMillis(1_000))).isFalse();
    assertThat(order.covers(Instant.EPOCH)).isTrue();
  }

  @Test
  void whatIsNoOrderIsNone() {
    assertThat(ReplayOrder.read(null)).isEmpty();
    assertThat(ReplayOrder.read("{")).isEmpty();
    assertThat(ReplayOrder.read("{\"uid\": \"u\"}")).isEmpty();
    assertThat(
            ReplayOrder.read(
                "{\"uid\":\"u\",\"startedAt\":\"2026-11-21T08:00:00Z\",\"createdAt\":\"2026-11-21T08:00:00Z\",\"spec\":{}}"))
        .isEmpty();
  }

  static List<Case> accepted() {
    var cases = new ArrayList<>(Corpus.in("replays/accepted"));
    cases.add(
        Case.at(
            Path.of(System.getProperty("kab.root", ".."))
                .resolve("examples/orders-to-crm/replay.yaml")));
    return cases;
  }

  static List<Case> refused() {
    return Corpus.in("replays/refused");
  }

  static List<Change> transition() {
    return Corpus.transitions("replays/transitions");
  }

  static List<Rule> aRuleRefusesOneFileAndAcceptsItsTwin() {
    return Schema.rules(ReplaySchema.schema()).stream()
        .filter(rule -> !rule.isTransition())
        .toList();
  }

  private static List<Violation> violations(Case file) {
    var reading = ReplayFile.read(tree(file));
    assertThat(reading).as("%s", file).isInstanceOf(Refused.class);
    return ((Refused) reading).violations();
  }

  private static JsonNode withDefaults(Case file) {
    var object = (com.fasterxml.jackson.databind.node.ObjectNode) tree(file);
    object.set("spec", ((Sound) ReplayFile.read(object)).tree());
    return object;
  }

  private static JsonNode tree(Case file) {
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .valueToTree(new Yaml().<Object>load(file.text()));
  }
}
