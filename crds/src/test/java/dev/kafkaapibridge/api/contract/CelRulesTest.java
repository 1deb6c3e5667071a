package dev.kafkaapibridge.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.contract.Corpus.Case;
import dev.kafkaapibridge.api.contract.Schema.Rule;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Refused;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Sound;
import dev.kafkaapibridge.api.validation.Violation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every CEL rule of the CRD, at every place, has a file {@code rule-*} that it alone refuses, and a
 * twin of the same name that it lets through. A rule that is added without them fails here.
 */
class CelRulesTest {

  private static final Map<String, Case> ACCEPTED =
      Corpus.in(Corpus.ACCEPTED).stream()
          .collect(Collectors.toMap(Case::name, Function.identity()));

  private static final Map<Case, Reading> RULE_FILES =
      Corpus.in(Corpus.REFUSED).stream()
          .filter(file -> file.name().startsWith("rule-"))
          .collect(Collectors.toMap(Function.identity(), file -> BridgeFile.read(file.text())));

  @ParameterizedTest
  @MethodSource("rules")
  void aRuleRefusesOneFileAndAcceptsItsTwin(Rule rule) {
    List<Case> refused =
        RULE_FILES.keySet().stream().filter(file -> isOf(rule, violation(file))).toList();

    assertThat(refused).as("files refused/rule-* that break it").isNotEmpty();
    assertThat(refused)
        .allSatisfy(file -> {
          assertThat(ACCEPTED).containsKey(file.name());
          assertThat(BridgeFile.read(ACCEPTED.get(file.name()).text()))
              .isInstanceOfSatisfying(
                  Sound.class,
                  twin ->
                      assertThat(valuesAt(rule.path(), twin.tree()))
                          .as("what the rule looks at in accepted/%s.yaml", file.name())
                          .isNotEmpty());
        });
  }

  @ParameterizedTest
  @MethodSource("transitionRules")
  void aTransitionRuleRefusesAChange(Rule rule) {
    assertThat(Corpus.transitions())
        .anySatisfy(change -> {
          var before = (Sound) BridgeFile.read(change.before().text());
          var after = (Sound) BridgeFile.read(change.after().text());
          assertThat(BridgeFile.change(before.tree(), after.tree()))
              .singleElement()
              .matches(violation -> isOf(rule, violation));
        });
  }

  @ParameterizedTest
  @MethodSource("ruleFiles")
  void aFileNamedAfterARuleBreaksOne(Case file) {
    assertThat(rules()).anyMatch(rule -> isOf(rule, violation(file)));
  }

  @Test
  void noTwoRulesOfAFieldSayTheSame() {
    assertThat(Schema.rules()).extracting(Rule::toString).doesNotHaveDuplicates();
  }

  static List<Rule> rules() {
    return Schema.rules().stream().filter(rule -> !rule.isTransition()).toList();
  }

  static List<Rule> transitionRules() {
    return Schema.rules().stream().filter(Rule::isTransition).toList();
  }

  static Set<Case> ruleFiles() {
    return RULE_FILES.keySet();
  }

  /** The one thing that is wrong with a file that is named after a rule. */
  private static Violation violation(Case file) {
    assertThat(RULE_FILES.get(file)).as("%s", file).isInstanceOf(Refused.class);
    List<Violation> violations = ((Refused) RULE_FILES.get(file)).violations();
    assertThat(violations).as("%s", file).hasSize(1);
    return violations.getFirst();
  }

  private static boolean isOf(Rule rule, Violation violation) {
    return violation.field().replaceAll("\\[\\d+]", "[]").equals(rule.field())
        && violation.message().contains(rule.message());
  }

  private static List<JsonNode> valuesAt(String path, JsonNode tree) {
    Stream<JsonNode> values = Stream.of(tree);
    for (String step : path.isEmpty() ? new String[0] : path.split("[.]")) {
      String name = step.replace("[]", "");
      values = values.map(value -> value.path(name)).filter(value -> !value.isMissingNode());
      if (step.endsWith("[]")) {
        values = values.flatMap(JsonNode::valueStream);
      }
    }
    return values.toList();
  }
}
