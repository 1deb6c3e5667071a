package dev.kafkaapibridge.benchmarks.autoscaling.real;

/**
 * What was to be seen at one moment.
 *
 * @param second since the load began
 * @param sent records that the broker has
 * @param delivered records that the API has accepted, repetitions included
 * @param throttled answers 429 so far
 * @param asked pods that somebody asks for
 * @param pods that exist, those that are on their way out included
 */
record Sample(double second, long sent, long delivered, long throttled, int asked, int pods) {

  static final String HEADINGS = "second,sent,delivered,throttled,asked,pods";

  long lag() {
    return Math.max(0, sent - delivered);
  }

  String csv() {
    return "%.1f,%d,%d,%d,%d,%d".formatted(second, sent, delivered, throttled, asked, pods);
  }
}
