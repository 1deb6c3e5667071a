package dev.kafkaapibridge.runtime;

/**
 * What of the heap is for what, so that neither the concurrency that a spec asks for nor the size
 * of a topic's records can exhaust it. Pure.
 *
 * @param calls how many may be under way at once
 * @param recordBytes of keys and values that may be held
 */
record HeapShares(int calls, long recordBytes) {

  private static final long MIB = 1024 * 1024;

  /** What the program takes before the first record: classes, clients, meters. */
  private static final long PROGRAM = 40 * MIB;

  /**
   * What one call takes while it waits for its answer: the stack of its thread 9 KiB, the buffer
   * that the answer is read into 8 KiB, the connection, the request and the record.
   */
  private static final long CALL = 20 * 1024;

  /**
   * Two fifths of what the program leaves are for calls and one for records; what is fetched on top
   * and the collector's room take the rest.
   *
   * @param heapBytes the most that the heap may grow to
   */
  static HeapShares of(long heapBytes) {
    long fifth = Math.max(heapBytes - PROGRAM, heapBytes / 4) / 5;
    return new HeapShares((int) Math.clamp(2 * fifth / CALL, 1, 100_000), fifth);
  }

  /** The same of calls that take so many bytes more. */
  int callsWith(int buffer) {
    return (int) Math.max(1, calls * CALL / (CALL + buffer));
  }
}
