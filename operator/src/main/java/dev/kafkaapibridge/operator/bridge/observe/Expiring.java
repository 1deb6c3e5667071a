package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.referenced;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * Certificates that a pod uses, and when they end.
 *
 * @param what kind, name and key of what holds them
 */
public record Expiring(String what, OffsetDateTime at) {

  /** From when on people are told. */
  public static final Duration SOON = Duration.ofDays(30);

  private static final int MOST = 20;

  static List<Expiring> read(JsonNode tree) {
    var expiring = new ArrayList<Expiring>();
    for (JsonNode reference : tree.path("references")) {
      OffsetDateTime at = time(reference.path("expiresAt"));
      if (at != null && expiring.size() < MOST) {
        expiring.add(new Expiring(referenced(reference), at));
      }
    }
    return List.copyOf(expiring);
  }

  /**
   * What ends soon or has ended, where a pod uses it still, in the order of what it is.
   *
   * @param references those of the spec that pods run: what else they name is nobody's
   */
  public static List<Expiring> soon(Fleet fleet, List<Reference> references, OffsetDateTime now) {
    Set<String> ofSpec = references.stream().map(Reference::what).collect(Collectors.toSet());
    return fleet.speaking().stream()
        .map(Member::report)
        .map(Objects::requireNonNull)
        .flatMap(report -> report.expiring().stream())
        .filter(one -> ofSpec.contains(one.what()) && !one.at().minus(SOON).isAfter(now))
        .collect(
            toMap(
                Expiring::what,
                Expiring::at,
                BinaryOperator.minBy(OffsetDateTime::compareTo),
                TreeMap::new))
        .entrySet()
        .stream()
        .map(entry -> new Expiring(entry.getKey(), entry.getValue()))
        .toList();
  }
}
