package dev.kafkaapibridge.benchmarks.autoscaling.world;

/** Who decides how many pods there are, and how they pace. One for each run. */
public interface Controller {

  Pacing pacing(World world, int pod);

  /** How many pods there are to be; asked each {@link #periodSeconds}. */
  int decide(World world);

  default int periodSeconds() {
    return 15;
  }

  /** How the group that its pods are members of deals out partitions. */
  default Dealing dealing() {
    return Dealing.RUNS;
  }
}
