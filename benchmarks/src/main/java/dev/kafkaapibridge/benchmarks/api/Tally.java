package dev.kafkaapibridge.benchmarks.api;

import dev.kafkaapibridge.benchmarks.Stamp;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What arrived in a run, and what was wrong with it. Owned by the server's one thread. Pure: time
 * is an argument.
 */
final class Tally {

  /** Records of one key: whose turn it is, and how many are under way. */
  private int[] next = new int[0];

  private int[] underWay = new int[0];
  private final BitSet seen = new BitSet();
  private int expected;
  private int arrived;
  private int answered;
  private int repeated;
  private int overtaken;
  private int open;
  private int mostOpen;
  private long first;
  private long half;
  private long last;
  private long[] latencies = new long[0];
  private int measured;
  private int measuredFrom;

  /** Begins a run of so many records. */
  void begin(int records, int keys) {
    next = new int[keys];
    underWay = new int[keys];
    seen.clear();
    expected = records;
    arrived = answered = repeated = overtaken = open = mostOpen = 0;
    first = half = last = 0;
    latencies = new long[0];
    measured = 0;
    measuredFrom = Integer.MAX_VALUE;
  }

  /** From this record on, the time from append to answer is kept, for so many records. */
  void measureFrom(int record, int count) {
    measuredFrom = record;
    latencies = new long[count];
    measured = 0;
    expected += count;
  }

  /** A record's request is whole. */
  void arrived(Stamp stamp) {
    arrived(List.of(stamp));
  }

  /** A request of several records is whole; those of one key follow one another in it. */
  void arrived(List<Stamp> stamps) {
    for (Stamp stamp : stamps) {
      arrived++;
      mostOpen = Math.max(mostOpen, ++open);
      if (seen.get(stamp.record())) {
        repeated++;
      }
      seen.set(stamp.record());
      // One after the other: its predecessor has come, and has been answered.
      if (stamp.turn() != next[stamp.key()] || underWay[stamp.key()] > 0) {
        overtaken++;
      }
      next[stamp.key()] = stamp.turn() + 1;
    }
    for (Stamp stamp : stamps) {
      underWay[stamp.key()]++;
    }
  }

  /** Its answer is sent. */
  void answered(Stamp stamp, long now) {
    answered++;
    open--;
    underWay[stamp.key()]--;
    if (first == 0) {
      first = now;
    }
    if (half == 0 && answered >= expected / 2) {
      half = now;
    }
    last = now;
    if (stamp.record() >= measuredFrom && measured < latencies.length) {
      latencies[measured++] = now - stamp.appended();
    }
  }

  Figures figures() {
    long[] sorted = Arrays.copyOf(latencies, measured);
    Arrays.sort(sorted);
    return new Figures(
        arrived,
        answered,
        seen.cardinality(),
        repeated,
        overtaken,
        mostOpen,
        first,
        half,
        last,
        measured,
        percentile(sorted, 0.5),
        percentile(sorted, 0.99),
        percentile(sorted, 1));
  }

  private static long percentile(long[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
