package dev.kafkaapibridge.benchmarks;

/**
 * What contestants are given to do.
 *
 * @param records in the topic before the contestant starts
 * @param keys different ones among them, at random
 * @param bytes of a value
 * @param latencyMillis how long the API takes to answer
 * @param inFlight calls at once, at most
 * @param steadySeconds after that, records at half the plain loop's rate for so long; 0: none
 */
public record Load(
    int records,
    int keys,
    int partitions,
    int bytes,
    int latencyMillis,
    int inFlight,
    int steadySeconds) {

  /** The load that is asked about everywhere: POST of 512 B, 12 partitions, 5,000 keys. */
  static Load of(int records, int latencyMillis, int steadySeconds) {
    int inFlight = latencyMillis == 0 ? 64 : latencyMillis <= 10 ? 256 : 1024;
    return new Load(records, 5_000, 12, 512, latencyMillis, inFlight, steadySeconds);
  }

  String name() {
    return latencyMillis + " ms / " + inFlight;
  }
}
