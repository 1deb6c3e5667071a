package dev.kafkaapibridge.runtime.deliver;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * How often something happened in the last stretch of time, in ten slices: what is forgotten is
 * forgotten a slice at a time. Owns its counts; safe for all threads, and counting takes no lock.
 *
 * @param <K> what is counted
 */
final class RollingCounts<K extends Enum<K>> {

  private static final int SLICES = 10;

  private record Slice(long number, LongAdder[] counts) {}

  private final int kinds;
  private final long sliceNanos;
  private final AtomicReferenceArray<Slice> ring = new AtomicReferenceArray<>(SLICES);

  RollingCounts(Class<K> kinds, Duration stretch) {
    this.kinds = kinds.getEnumConstants().length;
    this.sliceNanos = Math.max(1, stretch.toNanos() / SLICES);
    for (int i = 0; i < SLICES; i++) {
      ring.set(i, empty(Long.MIN_VALUE));
    }
  }

  /**
   * @param now of a clock that doesn't go back, nanoseconds
   */
  void count(K what, long now) {
    count(what, 1, now);
  }

  /**
   * @param times how often it happened
   */
  void count(K what, int times, long now) {
    long number = Math.floorDiv(now, sliceNanos);
    int index = Math.floorMod(number, SLICES);
    Slice slice = ring.get(index);
    while (slice.number() < number) {
      Slice fresh = empty(number);
      Slice witness = ring.compareAndExchange(index, slice, fresh);
      slice = witness == slice ? fresh : witness;
    }
    slice.counts()[what.ordinal()].add(times);
  }

  long sum(K what, long now) {
    long newest = Math.floorDiv(now, sliceNanos);
    return IntStream.range(0, SLICES)
        .mapToObj(ring::get)
        .filter(slice -> slice.number() > newest - SLICES && slice.number() <= newest)
        .flatMapToLong(slice -> LongStream.of(slice.counts()[what.ordinal()].sum()))
        .sum();
  }

  private Slice empty(long number) {
    var counts = new LongAdder[kinds];
    for (int i = 0; i < kinds; i++) {
      counts[i] = new LongAdder();
    }
    return new Slice(number, counts);
  }
}
