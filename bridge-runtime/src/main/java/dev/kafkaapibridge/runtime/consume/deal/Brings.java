package dev.kafkaapibridge.runtime.consume.deal;

/**
 * What a partition brings to whoever reads it.
 *
 * @param perSecond records that come in
 * @param backlog records that have not ended
 */
public record Brings(double perSecond, double backlog) {

  /** Seconds in which a backlog is to be gone: as the number of pods is counted by default. */
  private static final double DRAIN = 120;

  public Brings {
    if (!(perSecond >= 0 && perSecond < Double.POSITIVE_INFINITY)
        || !(backlog >= 0 && backlog < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(perSecond + " a second, " + backlog + " behind");
    }
  }

  /** Records a second that it asks for. */
  public double load() {
    return perSecond + backlog / DRAIN;
  }
}
