package dev.kafkaapibridge.operator.replay;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.validation.ReplayFile;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The replays of one bridge, of which one runs at a time, in the order in which they were made.
 * Pure.
 */
public final class ReplayQueue {

  private final List<Replay> going;

  /**
   * @param all replays of the bridge's namespace
   */
  public ReplayQueue(Collection<Replay> all, String bridge) {
    going =
        all.stream()
            .filter(replay -> replay.bridge().equals(bridge))
            .filter(replay -> replay.getMetadata().getDeletionTimestamp() == null)
            .filter(replay -> !isOver(replay))
            .toList();
  }

  /** The one that pods are to run now: it was started, and is not over. */
  public Optional<ReplayOrder> running() {
    return going.stream()
        .filter(replay -> startedAt(replay).isPresent())
        .min(Comparator.comparing((Replay replay) -> startedAt(replay).orElseThrow()))
        .flatMap(ReplayQueue::order);
  }

  /** Name of the one that comes before this one; empty: it may be started. */
  Optional<String> before(Replay replay) {
    return going.stream()
        .filter(other -> !uid(other).equals(uid(replay)))
        .filter(other ->
            startedAt(other).isPresent() || ORDER.compare(other, replay) < 0 && isSound(other))
        .min(ORDER)
        .map(other -> other.getMetadata().getName());
  }

  private static final Comparator<Replay> ORDER =
      Comparator.comparing(ReplayQueue::createdAt)
          .thenComparing(replay -> replay.getMetadata().getName());

  /** When one of these was started last, over or not. */
  static Optional<Instant> latestStart(Collection<Replay> all, String bridge) {
    return all.stream()
        .filter(replay -> replay.bridge().equals(bridge))
        .flatMap(replay -> startedAt(replay).stream())
        .max(Comparator.naturalOrder());
  }

  private static Optional<ReplayOrder> order(Replay replay) {
    return replay.reading() instanceof ReplayFile.Reading.Sound(var spec, var tree)
        ? Optional.of(
            new ReplayOrder(
                uid(replay),
                replay.getMetadata().getName(),
                startedAt(replay).orElseThrow(),
                createdAt(replay),
                spec,
                tree))
        : Optional.empty();
  }

  private static boolean isSound(Replay replay) {
    return replay.reading() instanceof ReplayFile.Reading.Sound;
  }

  private static boolean isOver(Replay replay) {
    return ReplayStatusJson.time(replay.getStatus(), "completionTime").isPresent();
  }

  private static Optional<Instant> startedAt(Replay replay) {
    return ReplayStatusJson.time(replay.getStatus(), "startTime");
  }

  static Instant createdAt(Replay replay) {
    try {
      return Instant.parse(String.valueOf(replay.getMetadata().getCreationTimestamp()));
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  private static String uid(Replay replay) {
    return String.valueOf(replay.getMetadata().getUid());
  }
}
