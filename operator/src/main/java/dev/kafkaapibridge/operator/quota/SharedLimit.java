package dev.kafkaapibridge.operator.quota;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One limit and the bridges that share it. Owns who takes part and what this process has granted;
 * what runs is told anew each time, from what stands on pods. Not for several threads.
 *
 * <pre>
 *   declared ──► aimed at ──► granted ──► stands on the Deployment and its pods ──► held
 *                               ▲                                                     │
 *                               └──── more only out of what nobody holds ◄────────────┘
 * </pre>
 *
 * A part shrinks at once, for the bridge's new pods are started with it; it grows when as much is
 * free. What a bridge held still counts for as long as the API may count what was sent with it
 * ({@link Terms#memory}), and after a start of this process nothing grows for as long.
 */
public final class SharedLimit {

  private record Partner(Wish wish, boolean frozen) {}

  /** The most that somebody may have sent with of late, and when that was seen last. */
  private record Held(Terms terms, Instant seen) {}

  private final String name;
  private final Instant begun;
  private final Map<String, Partner> partners = new TreeMap<>();
  private final Map<String, Terms> granted = new HashMap<>();
  private final Map<String, Held> held = new TreeMap<>();

  public SharedLimit(String name, Instant begun) {
    this.name = name;
    this.begun = begun;
  }

  /**
   * @param frozen keeps its part, since somebody has asked that it be left alone
   */
  public void takesPart(String bridge, Wish wish, boolean frozen) {
    partners.put(bridge, new Partner(wish, frozen));
  }

  /** It wants no part any more; what it holds counts until it is gone. */
  public void leaves(String bridge) {
    partners.remove(bridge);
    granted.remove(bridge);
  }

  /** Forgets those that are not there any more. */
  public void retain(Collection<String> bridges) {
    partners.keySet().retainAll(bridges);
    granted.keySet().retainAll(bridges);
  }

  /** Nobody takes part, and nobody's calls count any more. */
  public boolean isOver() {
    return partners.isEmpty() && held.isEmpty();
  }

  /**
   * What {@code bridge}, which takes part, may send.
   *
   * @param written what stands on the pods of each bridge, and on what makes new ones
   */
  public Portion portion(String bridge, Map<String, List<Terms>> written, Instant now) {
    Terms whole = partners.values().stream()
            .map(partner -> partner.wish().terms())
            .min(Terms.LOWEST_FIRST)
            .orElseThrow();
    look(written, whole, now);
    Map<String, Integer> aims = Division.of(whole.requests(), members(whole));
    int aim = aims.getOrDefault(bridge, 0);
    boolean mayGrow = aim <= free(bridge, whole) && isSettled(bridge, whole, now);
    int part =
        aim <= holds(bridge, whole) || mayGrow
            ? aim
            : most(nowOf(bridge, written), whole).map(terms -> terms.in(whole)).orElse(0);
    List<String> waitsFor = part > 0 && part >= aim ? List.of() : beyond(bridge, aims, whole);
    if (part == 0) {
      return new Portion.None(why(whole, waitsFor));
    }
    Terms terms = whole.part(part);
    granted.put(bridge, terms);
    look(written, whole, now);
    return new Portion.Part(name, terms, whole, partners.size(), waitsFor);
  }

  private String why(Terms whole, List<String> waitsFor) {
    String limit =
        "No part of the shared limit '%s' is free, which is %s for %d bridges"
            .formatted(name, whole, partners.size());
    if (!waitsFor.isEmpty()) {
      return limit
          + ": it is when pods of "
          + String.join(", ", waitsFor)
          + " have been replaced, which hold more than their part";
    }
    return partners.size() > whole.requests()
        ? limit + ": raise spec.delivery.rateLimit.requests of all of them, or delete one"
        : limit + ": what was sent before still counts";
  }

  /** A process that has just begun does not know what was held before, but by those that run. */
  private boolean isSettled(String bridge, Terms whole, Instant now) {
    return !now.isBefore(begun.plus(whole.memory()))
        || held.keySet().stream().allMatch(bridge::equals);
  }

  private void look(Map<String, List<Terms>> written, Terms whole, Instant now) {
    var holders = new TreeSet<>(written.keySet());
    holders.addAll(granted.keySet());
    holders.addAll(held.keySet());
    for (String holder : holders) {
      Optional<Terms> current = most(nowOf(holder, written), whole);
      Held before = held.get(holder);
      if (before == null
          || current.filter(c -> c.in(whole) >= before.terms().in(whole)).isPresent()
          || !now.isBefore(before.seen().plus(whole.memory()))) {
        current.ifPresentOrElse(
            terms -> held.put(holder, new Held(terms, now)), () -> held.remove(holder));
      }
    }
  }

  private Stream<Terms> nowOf(String bridge, Map<String, List<Terms>> written) {
    return Stream.concat(
        Stream.ofNullable(granted.get(bridge)), written.getOrDefault(bridge, List.of()).stream());
  }

  private static Optional<Terms> most(Stream<Terms> terms, Terms whole) {
    return terms.max(Comparator.comparingInt(t -> t.in(whole)));
  }

  private int holds(String bridge, Terms whole) {
    Held its = held.get(bridge);
    return its == null ? 0 : its.terms().in(whole);
  }

  /** What nobody else holds; below 0 after the limit was lowered. */
  private int free(String bridge, Terms whole) {
    return whole.requests()
        - held.keySet().stream()
            .filter(other -> !other.equals(bridge))
            .mapToInt(other -> holds(other, whole))
            .sum();
  }

  private List<Division.Member> members(Terms whole) {
    return partners.entrySet().stream()
        .map(e ->
            new Division.Member(
                e.getKey(),
                e.getValue().wish().weight(),
                holds(e.getKey(), whole),
                e.getValue().frozen()))
        .toList();
  }

  /** Those that hold more than they are to have. */
  private List<String> beyond(String bridge, Map<String, Integer> aims, Terms whole) {
    return held.keySet().stream()
        .filter(other ->
            !other.equals(bridge) && holds(other, whole) > aims.getOrDefault(other, 0))
        .toList();
  }
}
