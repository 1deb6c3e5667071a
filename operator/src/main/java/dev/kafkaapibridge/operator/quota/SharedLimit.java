package dev.kafkaapibridge.operator.quota;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

  private final String name;
  private final Instant begun;
  private final Map<String, Partner> partners = new TreeMap<>();
  private final Map<String, Terms> granted = new HashMap<>();

  /** By bridge, the parts that it may have sent with of late, and until when they count. */
  private final Map<String, Map<Terms, Instant>> held = new TreeMap<>();

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
    Terms whole =
        partners.values().stream()
            .map(partner -> partner.wish().terms())
            .min(Terms.LOWEST_FIRST)
            .orElseThrow();
    look(written, whole, now);
    Map<String, Integer> aims = Division.of(whole.requests(), members(whole));
    int aim = aims.getOrDefault(bridge, 0);
    boolean mayGrow = aim <= free(bridge, whole) && isSettled(whole, now);
    int part = aim <= holds(bridge, whole) || mayGrow ? aim : most(nowOf(bridge, written), whole);
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

  /**
   * A process that has just begun does not know who held more a moment ago. Where nobody holds
   * anything it is taken for the first of its kind, which is not to wait: a bridge may come a
   * period too early that was made while another one was deleted and the operator was down.
   */
  private boolean isSettled(Terms whole, Instant now) {
    return held.isEmpty() || !now.isBefore(begun.plus(whole.memory()));
  }

  private void look(Map<String, List<Terms>> written, Terms whole, Instant now) {
    var holders = new TreeSet<>(written.keySet());
    holders.addAll(granted.keySet());
    holders.addAll(held.keySet());
    for (String holder : holders) {
      Map<Terms, Instant> parts = held.computeIfAbsent(holder, h -> new HashMap<>());
      Set<Terms> seen = nowOf(holder, written).collect(Collectors.toSet());
      seen.forEach(part -> parts.put(part, Instant.MAX));
      // What is not seen any more may have ended just now: between two looks nobody knows.
      parts.replaceAll((part, until) ->
          seen.contains(part) || until.isBefore(Instant.MAX) ? until : now.plus(whole.memory()));
      parts.values().removeIf(until -> !until.isAfter(now));
    }
    held.values().removeIf(Map::isEmpty);
  }

  private Stream<Terms> nowOf(String bridge, Map<String, List<Terms>> written) {
    return Stream.concat(
        Stream.ofNullable(granted.get(bridge)), written.getOrDefault(bridge, List.of()).stream());
  }

  private static int most(Stream<Terms> parts, Terms whole) {
    return parts.mapToInt(part -> part.in(whole)).max().orElse(0);
  }

  private int holds(String bridge, Terms whole) {
    return most(held.getOrDefault(bridge, Map.of()).keySet().stream(), whole);
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
        .filter(other -> !other.equals(bridge) && holds(other, whole) > aims.getOrDefault(other, 0))
        .toList();
  }
}
