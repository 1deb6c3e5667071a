package dev.kafkaapibridge.operator.replay;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a pod says of a replay: cleaned and bounded, for it is the tenant's word.
 *
 * @param reason fit for a condition
 */
public record ReplaySeen(String uid, Phase phase, String reason, String message, Figures figures) {

  /** From the one that tells least to the one that tells most. */
  public enum Phase {
    Joining,
    StandingBy,
    Running,
    Failed,
    Finished
  }

  /**
   * @param unjudged those of the skipped to which the filter could not be applied
   */
  public record Figures(
      long matched,
      long skipped,
      long unjudged,
      long alreadyReplayed,
      long replayed,
      long failed,
      long remaining,
      List<Cause> byCause) {

    public static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, List.of());
  }

  public record Cause(String cause, long count) {}

  /** The word that counts of those of all pods. */
  static Optional<ReplaySeen> of(Collection<ReplaySeen> all, String uid) {
    return all.stream()
        .filter(seen -> seen.uid().equals(uid))
        .max(Comparator.comparing(ReplaySeen::phase));
  }
}
