package dev.kafkaapibridge.operator.bridge.report;

/** Numbers in sentences. */
final class Words {

  private Words() {}

  /** "1 topic", "12 partitions". */
  static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** "1 of 1 replica is ready", "2 of 3 replicas are ready". */
  static String replicas(int some, int all, String state) {
    return some + " of " + counted(all, "replica") + (all == 1 ? " is " : " are ") + state;
  }
}
