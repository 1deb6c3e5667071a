package dev.kafkaapibridge.runtime.quota;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's next owner has to know of its account: the section {@code q} of the commit
 * metadata, a frozen contract, see docs/contracts/commit-metadata.md. Pure.
 */
public sealed interface ShareState {

  /** By how much the clocks of two nodes may differ, microseconds. */
  long CLOCKS_DIFFER = 50_000;

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

  /** So many calls, at that time or before. */
  record Calls(long at, long count) {}

  /** A time by another node's clock, as late as it may have been by ours. */
  static long atLatest(long at, long now) {
    return Math.min(now, at + CLOCKS_DIFFER);
  }

  /** The section's value for a state, and for how many partitions shares were counted then. */
  static String encode(ShareState state, long partitions) {
    var bytes = new ByteArrayOutputStream();
    switch (state) {
      case Fresh ignored -> put(bytes, 0, partitions);
      case Unknown ignored -> put(bytes, 1, partitions);
      case Level(var at, var level) ->
          put(bytes, 2, partitions, at, (long) Math.floor(Math.max(0, level) * 1_000));
      case Used(var at, var reserve, var calls) -> {
        put(bytes, 3, partitions, at, reserve);
        // Newest first, each by its distance to the one before: small numbers, few bytes.
        long from = at;
        for (Calls some : calls.reversed()) {
          put(bytes, Math.max(0, from - some.at()), some.count());
          from = Math.min(from, some.at());
        }
      }
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
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
      List<Long> numbers = numbers(Base64.getUrlDecoder().decode(text));
      long partitions = numbers.get(1);
      return switch (numbers.get(0).intValue()) {
        case 0 -> new Read(new Fresh(), partitions);
        case 2 -> new Read(new Level(numbers.get(2), numbers.get(3) / 1_000.0), partitions);
        case 3 -> new Read(used(numbers), partitions);
        // Another kind, from a later version: something was counted, so all may have been used.
        default -> new Read(new Unknown(), partitions);
      };
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static Used used(List<Long> numbers) {
    long at = numbers.get(2);
    var calls = new ArrayList<Calls>();
    long from = at;
    for (int i = 4; i < numbers.size(); i += 2) {
      from -= numbers.get(i);
      calls.add(new Calls(from, numbers.get(i + 1)));
    }
    return new Used(at, numbers.get(3), List.copyOf(calls.reversed()));
  }

  private static void put(ByteArrayOutputStream bytes, long... numbers) {
    for (long number : numbers) {
      long rest = number;
      while (rest >= 0x80) {
        bytes.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }

  private static List<Long> numbers(byte[] bytes) {
    var numbers = new ArrayList<Long>();
    long number = 0;
    int shift = 0;
    for (byte b : bytes) {
      if (shift > 56) {
        throw new IllegalArgumentException("a number larger than any");
      }
      number |= (long) (b & 0x7F) << shift;
      shift += 7;
      if (b >= 0) {
        numbers.add(number);
        number = 0;
        shift = 0;
      }
    }
    if (shift != 0) {
      throw new IllegalArgumentException("ends in the middle of a number");
    }
    return numbers;
  }
}
