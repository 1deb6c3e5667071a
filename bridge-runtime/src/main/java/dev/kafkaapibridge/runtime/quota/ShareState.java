package dev.kafkaapibridge.runtime.quota;

import dev.kafkaapibridge.runtime.record.Leb128;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's next owner has to know of its account: the section {@code q} of the commit
 * metadata, a frozen contract, see docs/contracts/commit-metadata.md. Pure.
 */
public sealed interface ShareState {

  /** By how much the clocks of two nodes may differ where turns are taken by them, microseconds. */
  long CLOCKS_DIFFER = 50_000;

  /** The same where one goes on from what another has written. */
  long STAMPS_DIFFER = 10_000_000;

  /** Nothing was ever sent for it under a limit. */
  record Fresh() implements ShareState {}

  /** An owner is at work: all that its share allows may have been sent up to now. */
  record Unknown() implements ShareState {}

  /** Tokens in the bucket at a time. */
  record Level(long at, double level) implements ShareState {}

  /**
   * Calls that count at a time.
   *
   * @param reserve calls that may have been sent since
   * @param calls oldest first
   */
  record Used(long at, long reserve, List<Calls> calls) implements ShareState {}

  /**
   * An owner is at work, and the process that it is in would need more than its shares.
   *
   * @param at when it said so
   * @param process which
   * @param calls thousandths of calls a second, beyond its shares
   */
  record Wanting(long at, long process, long calls) implements ShareState {}

  /**
   * Another process may pay with it, nobody else may, and afterwards it counts as all spent.
   *
   * @param until when it ends, by the lender's clock
   * @param to the process
   * @param serial tells this loan from earlier ones of the partition
   * @param state to go on from
   */
  record Lent(long until, long to, long serial, ShareState state) implements ShareState {}

  /** So many calls, at that time or before. */
  record Calls(long at, long count) {}

  /** A time by another node's clock, as late as it may have been by ours. */
  static long atLatest(long at, long now) {
    return Math.min(now, at + STAMPS_DIFFER);
  }

  /** The same moments by a clock that is so far ahead. A loan keeps its lender's. */
  default ShareState movedBy(long micros) {
    return switch (this) {
      case Level(var at, var level) -> new Level(at + micros, level);
      case Used(var at, var reserve, var calls) ->
          new Used(
              at + micros,
              reserve,
              calls.stream().map(some -> new Calls(some.at() + micros, some.count())).toList());
      case Fresh same -> same;
      case Unknown same -> same;
      case Lent same -> same;
      case Wanting same -> same;
    };
  }

  /** The section's value for a state, and for how many partitions shares were counted then. */
  static String encode(ShareState state, long partitions) {
    var numbers = new ArrayList<Long>();
    numbers.add(kind(state));
    numbers.add(partitions);
    details(numbers, state);
    return Leb128.encode(numbers);
  }

  private static long kind(ShareState state) {
    return switch (state) {
      case Fresh ignored -> 0;
      case Unknown ignored -> 1;
      case Level ignored -> 2;
      case Used ignored -> 3;
      case Lent ignored -> 4;
      case Wanting ignored -> 5;
    };
  }

  private static void details(List<Long> numbers, ShareState state) {
    switch (state) {
      case Fresh ignored -> {}
      case Unknown ignored -> {}
      case Level(var at, var level) ->
          numbers.addAll(List.of(at, (long) Math.floor(Math.max(0, level) * 1_000)));
      case Used(var at, var reserve, var calls) -> {
        numbers.addAll(List.of(at, reserve));
        // Newest first, each by its distance to the one before: small numbers, few bytes.
        long from = at;
        for (Calls some : calls.reversed()) {
          numbers.addAll(List.of(Math.max(0, from - some.at()), some.count()));
          from = Math.min(from, some.at());
        }
      }
      case Lent(var until, var to, var serial, var left) -> {
        numbers.addAll(List.of(until, to, serial, kind(left)));
        details(numbers, left);
      }
      case Wanting(var at, var process, var calls) -> numbers.addAll(List.of(at, process, calls));
    }
  }

  /** A state as it was read, and for how many partitions shares were counted then. */
  record Read(ShareState state, long partitions) {}

  /**
   * @return null where there is no section, or one that can't be understood
   */
  static @Nullable Read decode(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      List<Long> numbers = Leb128.decode(text);
      long partitions = numbers.get(1);
      return new Read(state(numbers.getFirst(), numbers.subList(2, numbers.size())), partitions);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static ShareState state(long kind, List<Long> details) {
    return switch ((int) kind) {
      case 0 -> new Fresh();
      case 2 -> new Level(details.get(0), details.get(1) / 1_000.0);
      case 3 -> used(details);
      case 4 ->
          new Lent(
              details.get(0),
              details.get(1),
              details.get(2),
              state(details.get(3), details.subList(4, details.size())));
      case 5 -> new Wanting(details.get(0), details.get(1), details.get(2));
      // Another kind, from a later version: something was counted, so all may have been used.
      default -> new Unknown();
    };
  }

  private static Used used(List<Long> details) {
    long at = details.get(0);
    var calls = new ArrayList<Calls>();
    long from = at;
    for (int i = 2; i < details.size(); i += 2) {
      from -= details.get(i);
      calls.add(new Calls(from, details.get(i + 1)));
    }
    return new Used(at, details.get(1), List.copyOf(calls.reversed()));
  }
}
