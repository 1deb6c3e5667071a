package dev.kafkaapibridge.runtime.consume.replay;

import java.util.Map;
import java.util.TreeMap;

/**
 * What came of the records of a replay that have ended. Pure.
 *
 * @param matched in the window, and passed the filter
 * @param skipped in the window, and did not, or were not this bridge's
 * @param unjudged those of them to which the filter could not be applied
 * @param already those that matched and were passed over, since an earlier replay has replayed them
 * @param replayed accepted by the destination
 * @param failed given up again
 * @param byCause those that matched, by cause and status of their dead letters
 */
public record ReplayCounts(
    long matched,
    long skipped,
    long unjudged,
    long already,
    long replayed,
    long failed,
    Map<String, Long> byCause) {

  /** Causes beyond these are counted together. */
  static final int MOST_CAUSES = 10;

  static final String OTHER = "Other";

  public static final ReplayCounts NONE = new ReplayCounts(0, 0, 0, 0, 0, 0, Map.of());

  public ReplayCounts {
    byCause = Map.copyOf(byCause);
  }

  ReplayCounts plus(ReplayCounts more) {
    var causes = new TreeMap<>(byCause);
    more.byCause.forEach((cause, count) -> {
      boolean hasRoom = causes.containsKey(cause) || causes.size() < MOST_CAUSES;
      causes.merge(hasRoom ? cause : OTHER, count, Long::sum);
    });
    return new ReplayCounts(
        matched + more.matched,
        skipped + more.skipped,
        unjudged + more.unjudged,
        already + more.already,
        replayed + more.replayed,
        failed + more.failed,
        causes);
  }

  /** One record. */
  static ReplayCounts of(Fate fate, String cause) {
    return switch (fate) {
      case Outside -> NONE;
      case Skipped -> new ReplayCounts(0, 1, 0, 0, 0, 0, Map.of());
      case Unjudged -> new ReplayCounts(0, 1, 1, 0, 0, 0, Map.of());
      case Already -> new ReplayCounts(1, 0, 0, 1, 0, 0, by(cause));
      case Counted -> new ReplayCounts(1, 0, 0, 0, 0, 0, by(cause));
      case Replayed -> new ReplayCounts(1, 0, 0, 0, 1, 0, by(cause));
      case Failed -> new ReplayCounts(1, 0, 0, 0, 0, 1, by(cause));
    };
  }

  private static Map<String, Long> by(String cause) {
    return cause.isEmpty() ? Map.of() : Map.of(cause, 1L);
  }

  /** How a record ended. */
  enum Fate {
    /** It is not in the window. */
    Outside,
    Skipped,
    Unjudged,
    Already,
    /** A dry run: nothing was sent. */
    Counted,
    Replayed,
    Failed;

    /** Whether a later replay is to pass it over. */
    boolean isReplayed() {
      return this == Replayed || this == Failed;
    }
  }
}
