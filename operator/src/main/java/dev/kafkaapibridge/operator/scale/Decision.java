package dev.kafkaapibridge.operator.scale;

import org.jspecify.annotations.Nullable;

/**
 * How many pods there are to be, and why.
 *
 * @param replicas the number
 * @param regime how it was counted
 * @param limit what kept it from being what the demand asks for
 * @param waits whether another number is wanted, but not for long enough yet
 * @param figures from which it was counted
 * @param why half a sentence with the figures, fit to follow "Scaled from 2 to 3 replicas: "
 * @param memory for the next decision
 */
public record Decision(
    int replicas,
    Regime regime,
    Limit limit,
    boolean waits,
    Figures figures,
    String why,
    Memory memory) {

  public Decision limitedBy(Limit other) {
    return new Decision(replicas, regime, other, waits, figures, why, memory);
  }

  /** All of this in words, without a full stop. */
  public String sentence() {
    return replicas + (replicas == 1 ? " replica; " : " replicas; ") + why;
  }

  /** Its name is what {@code status.scaling.limitedBy} says. */
  public enum Limit {
    None,
    Min,
    Max,
    Partitions,
    /** The API's ceiling, or an API that gets slower with more. */
    Throttling
  }

  /**
   * @param demand calls a second that are wanted
   * @param arrivals records a second that come in
   * @param backlog records that have not ended
   * @param accepted calls a second
   * @param throttled calls a second that were answered 429
   * @param perPod calls a second that a pod manages; null while not measured
   * @param ceiling what the API accepts each second; null while nothing speaks of a limit
   * @param opposedSeconds since the last 429; null where that is long ago
   * @param wanted pods that the demand asks for, whatever limits them
   */
  public record Figures(
      double demand,
      double arrivals,
      double backlog,
      double accepted,
      double throttled,
      @Nullable Double perPod,
      ApiCeiling.@Nullable Ceiling ceiling,
      @Nullable Double opposedSeconds,
      int wanted,
      @Nullable String hottest,
      double hottestWants) {

    public static Figures none() {
      return new Figures(0, 0, 0, 0, 0, null, null, null, 0, null, 0);
    }
  }
}
