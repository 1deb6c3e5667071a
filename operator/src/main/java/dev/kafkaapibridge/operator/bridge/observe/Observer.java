package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.PodReports.Answer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one bridge: its Deployment and pods as the informers hold them, and what the pods answer
 * now. Keeps what must be remembered between two looks, and so belongs to one bridge's reconcile,
 * which never runs twice at a time.
 */
public final class Observer {

  /** A pod that does not answer is taken at its last word for so long. */
  private static final Duration LAST_WORD_HOLDS = Duration.ofSeconds(30);

  private record Word(PodReport report, Instant at) {}

  private final PodReports reports;
  private final Map<String, Word> lastWords = new HashMap<>();
  private final TargetWeather weather = new TargetWeather();
  private final PaceWindow pace = new PaceWindow();
  private final DeadLetterCount deadLetters = new DeadLetterCount();
  private @Nullable Instant lagUnknownSince;

  /**
   * What the status says, for an operator that has just begun.
   *
   * @param throttling null while it says nothing of it
   * @param deadLetters null while it counts none
   */
  public record Known(Throttling.@Nullable Cause throttling, @Nullable Long deadLetters) {}

  public Observer(PodReports reports) {
    this.reports = reports;
  }

  /**
   * @param deployment the bridge's own; empty while there is none
   * @param specHash of the spec that pods are to run; null while none is known, then what the
   *     Deployment runs counts
   */
  public Observation look(
      Bridge bridge,
      Context<Bridge> context,
      Optional<Deployment> deployment,
      @Nullable String specHash,
      Known known,
      Instant now) {
    Workload workload = deployment.map(Workload::of).orElse(null);
    List<PodState> pods =
        deployment
            .map(d ->
                PodState.ownedBy(
                        d.getMetadata().getUid(),
                        context.getSecondaryResources(ReplicaSet.class),
                        context.getSecondaryResources(Pod.class))
                    .stream()
                    .map(pod -> PodState.of(pod, now))
                    .toList())
            .orElse(List.of());
    String expected = specHash == null && workload != null ? workload.specHash() : specHash;
    Fleet fleet =
        new Fleet(
            members(pods, reports.ask(bridge.getMetadata().getNamespace(), pods), now), expected);
    return new Observation(
        workload,
        fleet,
        weather.settle(fleet, now),
        pace.look(fleet, known.throttling(), now),
        lagUnknownFor(fleet, now),
        deadLetters.total(known.deadLetters(), fleet));
  }

  private Duration lagUnknownFor(Fleet fleet, Instant now) {
    boolean up = fleet.staying().stream().anyMatch(member -> member.pod().ready());
    if (fleet.lag() != null || !up) {
      lagUnknownSince = null;
      return Duration.ZERO;
    }
    if (lagUnknownSince == null) {
      lagUnknownSince = now;
    }
    return Duration.between(lagUnknownSince, now);
  }

  private List<Member> members(List<PodState> pods, Map<String, Answer> answers, Instant now) {
    lastWords.keySet().retainAll(pods.stream().map(PodState::uid).toList());
    return pods.stream()
        .map(pod ->
            switch (answers.get(pod.uid())) {
              case Answer.Reported(var report) -> {
                lastWords.put(pod.uid(), new Word(report, now));
                yield new Member(pod, report, null);
              }
              case Answer.Silent(var why) -> silent(pod, why, now);
              case null -> new Member(pod, null, "it has no address yet");
            })
        .toList();
  }

  private Member silent(PodState pod, String why, Instant now) {
    Word last = lastWords.get(pod.uid());
    return last != null && now.isBefore(last.at().plus(LAST_WORD_HOLDS)) && !pod.leaving()
        ? new Member(pod, last.report(), null)
        : new Member(pod, null, why);
  }
}
