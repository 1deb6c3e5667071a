package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.starting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import dev.kafkaapibridge.operator.bridge.observe.Throttling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide names each condition, status and reason that there is, and none that there isn't. */
class ConditionsGuideTest {

  private static final Path ROOT = Path.of(System.getProperty("kab.root", ".."));
  private static final Pattern FINDING =
      Pattern.compile(
          "Finding\\.(yes|no|unknown)\\(\\s*(\\w+),\\s*((?:[^\",]|\"\\w+\")*?),", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("\"([A-Z]\\w+)\"");

  /** {@code Status/Reason} by type, as the guide has them. */
  private final Map<String, Set<String>> guide = guide();

  @Test
  void eachTypeHasASectionInTheOrderOfTheStatus() {
    assertThat(guide.keySet())
        .containsExactlyElementsOf(
            Stream.of(ConditionType.values()).map(ConditionType::name).toList());
  }

  @Test
  void whatABridgeSaysInItsLifeStandsThere() {
    Situations withSecret =
        new Situations().header("{name: A, secretKeyRef: {name: crm, key: token}}");
    var statuses =
        new ArrayList<>(Stream.of(LifeStage.values()).map(s -> s.live().status()).toList());
    statuses.add(withSecret.see(seen(null, fleet())));
    statuses.add(withSecret.see(seen(Pods.of(1, 1, 1, 0), fleet(silent(starting("a"))))));
    statuses.add(withSecret.see(seen(settled(1), fleet(silent(pod("a"))))));
    statuses.add(withSecret.replicas(0).see(seen(settled(0), fleet())));
    statuses.add(
        new Situations()
            .spec("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}")
            .see(seen(null, fleet())));

    for (KafkaApiBridgeStatus status : statuses) {
      status.conditions().forEach(c -> assertStands(c.type(), c.status() + "/" + c.reason()));
    }
  }

  @Test
  void whatTheCodeCanFindStandsThere() throws IOException {
    String code = code("operator/src/main/java/dev/kafkaapibridge/operator/bridge/report");
    int found = 0;
    for (var call : FINDING.matcher(code).results().toList()) {
      String status =
          switch (call.group(1)) {
            case "yes" -> "True";
            case "no" -> "False";
            default -> "Unknown";
          };
      for (var reason : WORD.matcher(call.group(3)).results().toList()) {
        if (guide.containsKey(call.group(2))) {
          assertStands(call.group(2), status + "/" + reason.group(1));
          found++;
        }
      }
    }
    assertThat(found).as("findings that name their reason").isGreaterThan(25);
  }

  @Test
  void whatIsDecidedElsewhereStandsThere() throws IOException {
    String observe = code("operator/src/main/java/dev/kafkaapibridge/operator/bridge/observe");
    words(observe, "new PodTrouble\\(\\s*\"(\\w+)\"")
        .forEach(reason -> assertStands("Available", "False/" + reason));
    Stream.concat(
            Acceptance.CHECKS.stream().map(Acceptance.Check::reason),
            Stream.of("ConsumerGroupInUse"))
        .forEach(reason -> {
          assertStands("Accepted", "False/" + reason);
          assertStands("Stalled", "True/" + reason);
        });
    Arrays.stream(Throttling.Cause.values())
        .forEach(cause ->
            assertStands(
                "Throttled",
                (cause == Throttling.Cause.WithinLimits ? "False/" : "True/") + cause));
    String kafka =
        code("bridge-runtime/src/main/java/dev/kafkaapibridge/runtime/consume/KafkaFailure.java");
    words(kafka, "bad\\(\\s*\"(\\w+)\"")
        .forEach(reason -> assertStands("KafkaConnected", "False/" + reason));
  }

  @Test
  void nothingStandsThereThatNobodySays() throws IOException {
    String code =
        code("operator/src/main/java")
            + code("bridge-runtime/src/main/java")
            + code("crds/src/main/java");

    guide.forEach((type, all) ->
        all.forEach(one -> {
          String reason = one.substring(one.indexOf('/') + 1);
          // Missing references are called by their kind and what is the matter.
          String word = reason.replaceFirst("^(Secret|ConfigMap)(?=\\w)", "");
          assertThat(Pattern.compile("\\b" + word + "\\b").matcher(code).find())
              .as("something says " + type + "=" + one)
              .isTrue();
        }));
  }

  private void assertStands(String type, String statusAndReason) {
    // Ready tells the reason of whatever part isn't well.
    boolean parts = type.equals("Ready") && !statusAndReason.startsWith("True/");
    Set<String> there =
        parts
            ? guide.values().stream().flatMap(Set::stream).collect(Collectors.toSet())
            : guide.get(type);
    String reason = statusAndReason.substring(statusAndReason.indexOf('/') + 1);
    assertThat(
            parts
                ? there.stream().anyMatch(one -> one.endsWith("/" + reason))
                : there != null && there.contains(statusAndReason))
        .as("docs/guide/conditions.md has " + type + "=" + statusAndReason)
        .isTrue();
  }

  private static Map<String, Set<String>> guide() {
    String text;
    try {
      text = Files.readString(ROOT.resolve("docs/guide/conditions.md"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    var guide = new LinkedHashMap<String, Set<String>>();
    for (String section : text.split("\\n## ", -1)) {
      String title = section.lines().findFirst().orElse("").replaceAll(" .*", "");
      boolean onlyTrue = section.startsWith(title + " (present while True)");
      if (Stream.of(ConditionType.values()).anyMatch(t -> t.name().equals(title)) || onlyTrue) {
        guide.put(title, new TreeSet<>());
        section
            .lines()
            .filter(line -> line.startsWith("| "))
            .map(line -> List.of(line.substring(2).split(" \\| ", -1)))
            .forEach(row -> rows(guide.get(title), onlyTrue, row));
      }
    }
    return guide;
  }

  private static void rows(Set<String> into, boolean onlyTrue, List<String> row) {
    String statuses = onlyTrue ? "True" : row.get(0);
    Pattern.compile("`([A-Z]\\w+)`")
        .matcher(row.get(onlyTrue ? 0 : 1))
        .results()
        .forEach(reason ->
            Stream.of("True", "False", "Unknown")
                .filter(statuses::contains)
                .forEach(status -> into.add(status + "/" + reason.group(1))));
  }

  private static List<String> words(String code, String pattern) {
    List<String> words =
        Pattern.compile(pattern).matcher(code).results().map(found -> found.group(1)).toList();
    assertThat(words).as(pattern).isNotEmpty();
    return words;
  }

  private static String code(String path) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(path))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .map(ConditionsGuideTest::read)
          .collect(Collectors.joining("\n"));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
