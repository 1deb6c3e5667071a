package dev.kafkaapibridge.operator.replay;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.replay.KafkaApiBridgeReplaySpec;
import dev.kafkaapibridge.api.validation.ReplayFile;
import dev.kafkaapibridge.api.validation.Violation;
import dev.kafkaapibridge.operator.kube.CleanText;
import dev.kafkaapibridge.operator.replay.ReplaySeen.Figures;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is said of a replay: one condition, Succeeded, with the figures. Pure.
 *
 * @param since when {@code succeeded} changed last
 * @param figures empty: no pod has told any yet
 */
record ReplayStatus(
    Succeeded succeeded,
    String reason,
    String message,
    Instant since,
    Optional<Figures> figures,
    Optional<Instant> startTime,
    Optional<Instant> completionTime) {

  enum Succeeded {
    True,
    False,
    Unknown
  }

  /** A bridge that is applied together with its replay may come a moment later. */
  static final Duration BRIDGE_MAY_COME = Duration.ofMinutes(1);

  /** The kubelet renews files within about a minute; then somebody should have taken it up. */
  private static final Duration TAKEN_UP_WITHIN = Duration.ofMinutes(3);

  private static final int LONGEST_MESSAGE = 1024;

  /**
   * All that is known at one moment.
   *
   * @param before what the object says; empty: nothing yet
   * @param bridge empty: there is none
   * @param ahead name of another replay of the bridge that comes before this one
   * @param latestStart when a replay of this bridge was started last
   */
  record Situation(
      String uid,
      Instant createdAt,
      ReplayFile.Reading spec,
      String bridgeName,
      Optional<ReplayStatus> before,
      Optional<Bridges.Seen> bridge,
      Optional<String> ahead,
      Optional<Instant> latestStart,
      Instant now) {}

  boolean isOver() {
    return completionTime.isPresent();
  }

  static ReplayStatus of(Situation now) {
    Optional<ReplayStatus> over = now.before().filter(ReplayStatus::isOver);
    if (over.isPresent()) {
      return over.get();
    }
    return switch (now.spec()) {
      case ReplayFile.Reading.Refused(var violations) ->
          end(
              now,
              Succeeded.False,
              "InvalidSpec",
              violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
      case ReplayFile.Reading.Sound(var spec, var ignored) ->
          now.bridge().isEmpty()
              ? withoutBridge(now)
              : switch (now.bridge().get()) {
                case Bridges.Seen.NotYet ignoredToo -> notLookedAt(now);
                case Bridges.Seen.Looked looked -> ofBridge(now, spec, looked);
              };
    };
  }

  /** What was said before stands. */
  private static ReplayStatus notLookedAt(Situation now) {
    return now.before()
        .orElseGet(() ->
            going(
                now,
                "BridgeNotReady",
                "The operator has not looked at KafkaApiBridge '%s' yet"
                    .formatted(now.bridgeName()),
                Optional.empty()));
  }

  private static ReplayStatus withoutBridge(Situation now) {
    String name = now.bridgeName();
    if (startTime(now).isPresent()) {
      return end(
          now,
          Succeeded.False,
          "BridgeDeleted",
          "KafkaApiBridge '%s' was deleted meanwhile. What was replayed until then is counted here"
              .formatted(name));
    }
    String missing = "There is no KafkaApiBridge '%s' in this namespace".formatted(name);
    return now.now().isBefore(now.createdAt().plus(BRIDGE_MAY_COME))
        ? going(now, "BridgeNotFound", missing + " yet", startTime(now))
        : end(now, Succeeded.False, "BridgeNotFound", missing);
  }

  private static ReplayStatus ofBridge(
      Situation now, KafkaApiBridgeReplaySpec spec, Bridges.Seen.Looked bridge) {
    if (bridge.spec().isEmpty()) {
      return going(
          now,
          "BridgeNotReady",
          "KafkaApiBridge '%s' has no spec that can be run. See its conditions"
              .formatted(now.bridgeName()),
          startTime(now));
    }
    KafkaApiBridgeSpec runs = bridge.spec().get();
    Optional<String> fault = ReplayFile.faultOfFilter(spec, runs.record());
    if (fault.isPresent()) {
      return end(now, Succeeded.False, "InvalidFilter", "spec.filter: " + fault.get());
    }
    if (startTime(now).isEmpty() && now.ahead().isPresent()) {
      return going(
          now,
          "Queued",
          "A bridge runs one replay at a time, and '%s' comes before this one"
              .formatted(now.ahead().get()),
          Optional.empty());
    }
    Instant started = startTime(now).orElseGet(() -> nextStart(now));
    Optional<ReplaySeen> seen = ReplaySeen.of(bridge.said(), now.uid());
    if (seen.isPresent() && seen.get().phase() == ReplaySeen.Phase.Finished) {
      return finished(now, seen.get(), started);
    }
    if (seen.isPresent() && seen.get().phase() == ReplaySeen.Phase.Failed) {
      return end(now, Succeeded.False, seen.get().reason(), seen.get().message());
    }
    return switch (runs.state()) {
      case Stopped ->
          going(
              now,
              "BridgeStopped",
              "spec.state of the bridge is Stopped, so it has no pods to replay anything. Set it to Running",
              Optional.of(started));
      case Paused ->
          going(
              now,
              "BridgePaused",
              "spec.state of the bridge is Paused, so nothing is sent. Set it to Running",
              Optional.of(started));
      case Running -> running(now, seen, started);
    };
  }

  private static ReplayStatus running(Situation now, Optional<ReplaySeen> seen, Instant started) {
    if (seen.isEmpty()) {
      boolean late = now.now().isAfter(started.plus(TAKEN_UP_WITHIN));
      return going(
          now,
          "Starting",
          late
              ? "No pod of the bridge has taken it up. Pods that are not ready can't, nor those of a runtime that is older than the operator"
              : "The bridge's pods learn of it within about a minute",
          Optional.of(started));
    }
    ReplaySeen said = seen.get();
    boolean fine = said.reason().equals(said.phase().name());
    String reason = fine ? "Running" : said.reason();
    return new ReplayStatus(
        Succeeded.Unknown,
        reason,
        clean(fine ? told(said.figures(), false) : said.message()),
        since(now, Succeeded.Unknown),
        said.phase() == ReplaySeen.Phase.Running
            ? Optional.of(said.figures())
            : now.before().flatMap(ReplayStatus::figures),
        Optional.of(started),
        Optional.empty());
  }

  private static ReplayStatus finished(Situation now, ReplaySeen seen, Instant started) {
    Figures figures = seen.figures();
    boolean nothing = figures.matched() == 0;
    String message = seen.message().isEmpty() ? "" : ". " + seen.message();
    return new ReplayStatus(
        Succeeded.True,
        nothing ? "NothingInWindow" : "Completed",
        clean(
            (nothing && figures.skipped() == 0
                    ? "There was no record in the window"
                    : told(figures, true))
                + message),
        now.now(),
        Optional.of(figures),
        Optional.of(started),
        Optional.of(now.now()));
  }

  /** In a sentence. */
  private static String told(Figures f, boolean over) {
    var told = new StringBuilder("%d matched, %d replayed".formatted(f.matched(), f.replayed()));
    if (f.failed() > 0) {
      told.append(", %d failed again".formatted(f.failed()));
    }
    if (f.alreadyReplayed() > 0) {
      told.append(
          ", %d passed over since an earlier replay has replayed them (alreadyReplayed: Repeat replays them once more)"
              .formatted(f.alreadyReplayed()));
    }
    if (f.unjudged() > 0) {
      told.append(", to %d the filter could not be applied".formatted(f.unjudged()));
    }
    if (!over) {
      told.append(", %d still to be read".formatted(f.remaining()));
    }
    return told.toString();
  }

  private static ReplayStatus going(
      Situation now, String reason, String message, Optional<Instant> started) {
    return new ReplayStatus(
        Succeeded.Unknown,
        reason,
        clean(message),
        since(now, Succeeded.Unknown),
        now.before().flatMap(ReplayStatus::figures),
        started,
        Optional.empty());
  }

  private static ReplayStatus end(
      Situation now, Succeeded succeeded, String reason, String message) {
    return new ReplayStatus(
        succeeded,
        reason,
        clean(message),
        since(now, succeeded),
        now.before().flatMap(ReplayStatus::figures),
        startTime(now),
        Optional.of(now.now()));
  }

  private static Instant since(Situation now, Succeeded succeeded) {
    return now.before()
        .filter(before -> before.succeeded() == succeeded)
        .map(ReplayStatus::since)
        .orElse(now.now());
  }

  private static Optional<Instant> startTime(Situation now) {
    return now.before().flatMap(ReplayStatus::startTime);
  }

  /** Later than that of any before: by it pods know which of two is the newer. */
  private static Instant nextStart(Situation now) {
    return now.latestStart()
        .filter(latest -> !latest.isBefore(now.now()))
        .map(latest -> latest.plusSeconds(1))
        .orElse(now.now());
  }

  private static String clean(String message) {
    return CleanText.of(message, LONGEST_MESSAGE);
  }
}
