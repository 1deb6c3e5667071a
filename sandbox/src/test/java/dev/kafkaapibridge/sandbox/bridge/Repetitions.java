package dev.kafkaapibridge.sandbox.bridge;

import dev.kafkaapibridge.sandbox.api.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The records that an API accepted more than once, and whether something explains it. Pure.
 *
 * @param all in the order of their arrival
 */
record Repetitions(List<Repetition> all) {

  /** A record that was accepted again. */
  record Repetition(long sequence, String key, Instant first, Instant again) {}

  /** A time in which a process was killed, or lost its partitions without knowing. */
  record Crash(Instant from, Instant until) {
    /** A process that was killed at a moment that is known well. */
    static Crash at(Instant moment) {
      return new Crash(moment.minusMillis(50), moment);
    }
  }

  static Repetitions in(List<Call> calls) {
    var first = new HashMap<Long, Instant>();
    var repetitions = new ArrayList<Repetition>();
    for (Call call : calls) {
      if (call.accepted()) {
        for (Call.Numbered record : call.records()) {
          Instant before = first.putIfAbsent(record.sequence(), call.at());
          if (before != null) {
            repetitions.add(new Repetition(record.sequence(), record.key(), before, call.at()));
          }
        }
      }
    }
    return new Repetitions(List.copyOf(repetitions));
  }

  int count() {
    return all.size();
  }

  /**
   * Those that no crash explains. One explains a repetition after it, of a record that was first
   * accepted at most {@code uncommitted} before it.
   *
   * @param uncommitted how long an end may wait for its commit
   */
  List<Repetition> unexplained(List<Crash> crashes, Duration uncommitted) {
    return all.stream()
        .filter(repetition ->
            crashes.stream()
                .noneMatch(crash ->
                    repetition.first().isAfter(crash.from().minus(uncommitted))
                        && repetition.first().isBefore(crash.until().plus(IN_FLIGHT))
                        && repetition.again().isAfter(crash.from())))
        .toList();
  }

  /** How much later than its sender's end a call may arrive that was on its way then. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(1);

  /**
   * Repeats that came out of order: between two crashes, records of a key arrive in ascending
   * order, those that are sent again no less than the others.
   *
   * @param crashes in order
   */
  static List<Call> overtaken(List<Call> calls, List<Crash> crashes) {
    var overtaken = new ArrayList<Call>();
    var highest = new HashMap<String, Long>();
    Set<Crash> passed = new HashSet<>();
    for (Call call : calls) {
      for (Crash crash : crashes) {
        if (call.at().isAfter(crash.until()) && passed.add(crash)) {
          highest.clear();
        }
      }
      if (call.accepted()) {
        for (Call.Numbered record : call.records()) {
          Long before = highest.merge(record.key(), record.sequence(), Math::max);
          if (before > record.sequence()) {
            overtaken.add(call);
          }
        }
      }
    }
    return overtaken;
  }

  /** How many a crash explains, by how many seconds before it they were first accepted. */
  Map<Long, Integer> secondsBefore(Crash crash) {
    var seconds = new TreeMap<Long, Integer>();
    for (Repetition repetition : all) {
      Duration before = Duration.between(repetition.first(), crash.until());
      if (!repetition.again().isBefore(crash.from()) && before.toSeconds() < 60) {
        seconds.merge(before.toSeconds(), 1, Integer::sum);
      }
    }
    return seconds;
  }
}
