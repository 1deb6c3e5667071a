package dev.kafkaapibridge.sandbox.api;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of the records that were sent, told from the outside: by what the API accepted and
 * what the dead-letter topic holds.
 *
 * @param sent records that the broker has acknowledged
 * @param delivered of these, accepted by the API at least once
 * @param deadLettered of these, found in the dead-letter topic
 * @param duplicated acceptances beyond a record's first
 * @param rekeyed duplicates under another idempotency key, by which no API could know them
 * @param lost of these, neither delivered nor dead-lettered
 * @param reordered first acceptances after that of a later record of the same key
 */
public record Ledger(
    long sent,
    long delivered,
    long deadLettered,
    long duplicated,
    long rekeyed,
    long lost,
    long reordered) {

  /**
   * @param sent sequences of the records that the broker has
   * @param calls in the order of their arrival
   * @param deadLettered sequences found in the dead-letter topic
   */
  public static Ledger of(BitSet sent, List<Call> calls, BitSet deadLettered) {
    var delivered = new BitSet();
    var highest = new HashMap<String, Long>();
    var keys = new HashMap<Long, Set<String>>();
    long duplicated = 0;
    long rekeyed = 0;
    long reordered = 0;
    for (Call call : calls) {
      if (!call.accepted()) {
        continue;
      }
      for (Call.Numbered numbered : call.records()) {
        int sequence = (int) numbered.sequence();
        boolean newKey =
            call.idempotencyKey() != null
                && keys.computeIfAbsent(numbered.sequence(), any -> new HashSet<>(1))
                    .add(call.idempotencyKey());
        if (delivered.get(sequence)) {
          duplicated++;
          rekeyed += newKey ? 1 : 0;
          continue;
        }
        delivered.set(sequence);
        if (later(highest, numbered)) {
          reordered++;
        }
        highest.merge(numbered.key(), numbered.sequence(), Math::max);
      }
    }
    delivered.and(sent);
    var dead = (BitSet) deadLettered.clone();
    dead.and(sent);
    var lost = (BitSet) sent.clone();
    lost.andNot(delivered);
    lost.andNot(dead);
    return new Ledger(
        sent.cardinality(),
        delivered.cardinality(),
        dead.cardinality(),
        duplicated,
        rekeyed,
        lost.cardinality(),
        reordered);
  }

  /** Whether nothing was lost and nothing overtook. Duplicates are within at-least-once. */
  public boolean kept() {
    return lost == 0 && reordered == 0 && rekeyed == 0;
  }

  public String json() {
    return ("{\"sent\":%d,\"delivered\":%d,\"deadLettered\":%d,\"duplicated\":%d,\"rekeyed\":%d,"
            + "\"lost\":%d,\"reordered\":%d}")
        .formatted(sent, delivered, deadLettered, duplicated, rekeyed, lost, reordered);
  }

  /** In one line. */
  @Override
  public String toString() {
    return "sent %,d  delivered %,d  dead-lettered %,d  duplicated %,d  lost %,d  reordered %,d"
        .formatted(sent, delivered, deadLettered, duplicated, lost, reordered);
  }

  private static boolean later(Map<String, Long> highest, Call.Numbered numbered) {
    return highest.getOrDefault(numbered.key(), -1L) > numbered.sequence();
  }
}
