package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.Sample.Partition;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of the pods together: to keep up with what comes in, and to be rid of the backlog
 * in time. Pure.
 *
 * @param perSecond calls; no partition counts for more than one pod manages
 * @param arrivals records a second that are to be expected
 * @param backlog records that have not ended, but for those in retry topics whose time has not come
 * @param active partitions with something to do, also of retry topics
 * @param partitions of which something is known
 * @param hottest the partition that wants most, if it wants more than a pod manages and most others
 *     do not: where all do, there are too few partitions; null: there is none
 * @param hottestWants calls a second
 * @param median of what partitions want
 */
record Demand(
    double perSecond,
    double arrivals,
    double backlog,
    int active,
    int partitions,
    @Nullable String hottest,
    double hottestWants,
    double median) {

  /** Records come in a little unevenly, and whoever just keeps up never catches up. */
  private static final double HEADROOM = 1.1;

  static Demand of(Arrivals arrivals, Sample sample, @Nullable Double mostOfOne, Policy policy) {
    Map<String, Double> expected = arrivals.expectedByPartition(sample);
    double drain = Math.max(1, Sample.seconds(policy.drainTime()));
    double most = mostOfOne == null ? Double.MAX_VALUE : mostOfOne;
    double[] wants = new double[sample.partitions().size()];
    double sum = 0;
    double backlog = 0;
    int active = 0;
    String hottest = null;
    double hottestWants = 0;
    int hot = 0;
    for (int i = 0; i < wants.length; i++) {
      Partition partition = sample.partitions().get(i);
      double comes = expected.getOrDefault(partition.name(), 0.0);
      double want =
          partition.held()
              ? 0
              : HEADROOM * comes + Math.max(0, partition.backlog() - 2 * comes) / drain;
      backlog += partition.backlog();
      active += comes > 0 || partition.backlog() > 0 ? 1 : 0;
      hot += want >= most ? 1 : 0;
      if (want >= most && want > hottestWants) {
        hottest = partition.name();
        hottestWants = want;
      }
      wants[i] = Math.min(want, most);
      sum += wants[i];
    }
    Arrays.sort(wants);
    boolean fewAreHot = 2 * hot <= active;
    for (Sample.Due due : sample.due()) {
      backlog += due.records();
      active += due.records() > 0 ? 1 : 0;
      sum += Math.min(due.records() / drain, most);
    }
    return new Demand(
        sum,
        arrivals.expected(sample.at()),
        backlog,
        Math.min(active, Math.max(wants.length, 1)),
        wants.length,
        fewAreHot ? hottest : null,
        hottestWants,
        wants.length == 0 ? 0 : wants[wants.length / 2]);
  }

  /** More waits than comes in while pods get round to it. */
  boolean backlogged(double seconds) {
    return backlog > seconds * Math.max(arrivals, 1);
  }
}
