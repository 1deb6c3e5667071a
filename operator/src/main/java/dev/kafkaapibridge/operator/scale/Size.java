package dev.kafkaapibridge.operator.scale;

/**
 * How many pods do so much work. A partition is not divided: of 24, nine, ten or eleven pods all
 * leave one with three, so none of these is better than eight. Pure.
 */
final class Size {

  /**
   * So many times the pods is what evenness may cost. At 1.5 there are 1% fewer pods and 0.8% more
   * lag over the benchmark's random scenarios.
   */
  private static final double DEAR = 1.7;

  private Size() {}

  /**
   * @param perSecond calls to be made
   * @param perPod calls that one pod manages
   * @param load how much of that a pod is to be used, up to 1
   * @param partitions 0 while unknown
   */
  static int of(double perSecond, double perPod, double load, int partitions) {
    if (perSecond <= 0) {
      return 0;
    }
    double useful = perPod * load;
    int linear = whole(Math.ceil(perSecond / useful - 1e-9));
    if (partitions <= 0) {
      return linear;
    }
    int each = whole(Math.floor(useful * partitions / perSecond + 1e-9));
    int even = each < 1 ? Integer.MAX_VALUE : Math.ceilDiv(partitions, each);
    // Evenness has its price: where it asks for many more, some pods have one partition more.
    return even <= Math.max(linear + 1, DEAR * linear) ? Math.max(even, 1) : linear;
  }

  /**
   * Pods that leave a partition which keeps a pod busy alone, or nearly so, where partitions are
   * dealt out by number: its neighbours have to be thinned out.
   */
  static int thinnedOut(double perPod, double median, int partitions) {
    double neighbours = median <= 0 ? partitions : Math.floor(.15 * perPod / median);
    return Math.ceilDiv(partitions, 1 + whole(Math.min(neighbours, partitions)));
  }

  private static int whole(double figure) {
    return (int) Math.clamp(figure, 0, 1_000_000);
  }
}
