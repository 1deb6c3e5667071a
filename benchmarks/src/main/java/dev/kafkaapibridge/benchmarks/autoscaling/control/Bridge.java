package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Agenda;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Chance;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Controller;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Dealing;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pacing;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Partition;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pod;
import dev.kafkaapibridge.benchmarks.autoscaling.world.PodCounters;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Policy;
import dev.kafkaapibridge.operator.scale.Sample;
import dev.kafkaapibridge.operator.scale.Scaling;
import dev.kafkaapibridge.runtime.consume.deal.Deal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The product: its gates in each pod ({@link BridgePacing}), its way to deal out partitions ({@link
 * Deal}), and the operator's own decision each 5 s, from what its pods would report then. Ends of
 * partitions are as old as they are in a report, for the runtime asks for them each two seconds.
 */
final class Bridge implements Controller {

  private static final int LOOK = 2;
  private static final int SECOND = 1;
  private static final int ENDS = 2;
  private static final int DECISION = 5;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Scenario scenario;
  private final Policy policy;
  private final List<TopicPartition> all;
  private final Consumer<Decision> listener;
  private final Window window = new Window();
  private final Map<TopicPartition, String> committed = new HashMap<>();
  private final long[] ends;
  private Instant endsAt = START;
  private Memory memory = Memory.empty();

  /**
   * @param listener told each decision
   */
  Bridge(Scenario scenario, Consumer<Decision> listener) {
    this.scenario = scenario;
    this.listener = listener;
    Policy between =
        Policy.between(Math.max(1, scenario.minReplicas()), Math.max(1, scenario.maxReplicas()));
    this.policy = scenario.declared() == null ? between : between.declared(scenario.declared());
    this.all =
        IntStream.range(0, scenario.partitions())
            .mapToObj(number -> new TopicPartition("records", number))
            .toList();
    this.ends = new long[scenario.partitions()];
  }

  @Override
  public int periodSeconds() {
    return SECOND;
  }

  @Override
  public Dealing dealing() {
    return Deal::of;
  }

  @Override
  public Pacing pacing(World world, int pod) {
    return new BridgePacing(
        world.agenda(),
        all,
        committed,
        Defaults.rateLimit(scenario.declared()),
        Chance.of(scenario, "bridge" + pod));
  }

  @Override
  public int decide(World world) {
    long second = Math.round(world.second());
    if (second % LOOK == 0) {
      for (Pod pod : world.pods()) {
        if (pod.pacing() instanceof BridgePacing pacing) {
          pacing.look();
        }
      }
    }
    if (second % ENDS == 1) { // so that a decision sees them a second old
      world.partitions().forEach(each -> ends[each.number()] = each.end());
      endsAt = START.plusSeconds(second);
    }
    if (second % DECISION != 0) {
      return world.pods().size();
    }
    Decision decision = Scaling.decide(policy, memory, sample(world, second));
    memory = decision.memory();
    listener.accept(decision);
    return decision.replicas();
  }

  private Sample sample(World world, long second) {
    Map<Integer, PodCounters> counted = window.look(world);
    var pods = new ArrayList<Sample.Pod>();
    var partitions = new ArrayList<Sample.Partition>();
    for (Pod pod : world.pods()) {
      PodCounters counters = counted.get(pod.number());
      Sample.Reading reading =
          pod.isReady() && counters != null ? reading(pod, counters, second) : null;
      pods.add(new Sample.Pod(name(pod), pod.isReady(), reading));
      for (Partition partition : pod.partitions()) {
        long end = ends[partition.number()];
        partitions.add(
            new Sample.Partition(
                "records-" + partition.number(),
                name(pod),
                end,
                endsAt,
                Math.max(0, end - partition.delivered()),
                false));
      }
    }
    boolean complete = partitions.size() == scenario.partitions();
    return new Sample(START.plusSeconds(second), world.pods().size(), pods, partitions, complete);
  }

  private static String name(Pod pod) {
    return "bridge-" + pod.number();
  }

  private Sample.@Nullable Reading reading(Pod pod, PodCounters counters, long second) {
    double seconds = Math.min(DECISION, second - Agenda.seconds(pod.readyAt()));
    if (seconds < 1 || !(pod.pacing() instanceof BridgePacing pacing)) {
      return null;
    }
    return new Sample.Reading(
        seconds,
        counters.calls(),
        counters.accepted(),
        counters.throttled(),
        counters.failed(),
        Agenda.seconds(counters.inService()),
        scenario.pod().slots(),
        Agenda.seconds(counters.cpu()) / seconds,
        Agenda.seconds(counters.gated()),
        pacing.circuitIsOpen(),
        pacing.advertised());
  }
}
