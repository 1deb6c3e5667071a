package dev.kafkaapibridge.benchmarks.autoscaling.world;

/** How a group's members share its partitions; members and partitions are numbers from 0 on. */
public interface Dealing {

  /**
   * Contiguous runs, as even as can be, whoever had what: what Java's consumer does where nobody
   * has chosen (range, of one topic). The first members have one more where it doesn't divide.
   */
  Dealing RUNS =
      (loads, owners, members) -> {
        int[] next = new int[owners.length];
        int each = owners.length / members;
        int more = owners.length % members;
        int ofLarger = more * (each + 1);
        for (int i = 0; i < next.length; i++) {
          next[i] = i < ofLarger ? i / (each + 1) : more + (i - ofLarger) / each;
        }
        return next;
      };

  /**
   * @param loads records a second, by partition
   * @param owners by partition; negative: nobody
   * @param members at least one
   */
  int[] deal(double[] loads, int[] owners, int members);
}
