package dev.kafkaapibridge.benchmarks.autoscaling.world;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One run: a scenario under a controller, second by second in virtual time. Owns everything in it.
 */
public final class World {

  private static final long LOOK = 2 * Agenda.SECOND;

  private final Scenario scenario;
  private final Controller controller;
  private final Consumer<Moment> watcher;
  private final Agenda agenda = new Agenda();
  private final Arrivals arrivals;
  private final Api api;
  private final Tally tally;
  private final Group group;
  private final List<Partition> partitions;
  private final List<Pod> pods = new ArrayList<>();
  private final SplittableRandom startups;
  private final long horizon;
  private int created;
  private long arrived;

  private World(Scenario scenario, Controller controller, Consumer<Moment> watcher) {
    this.scenario = scenario;
    this.controller = controller;
    this.watcher = watcher;
    this.arrivals = new Arrivals(scenario);
    this.api = new Api(scenario, agenda);
    this.tally = new Tally(scenario);
    this.partitions = IntStream.range(0, scenario.partitions()).mapToObj(Partition::new).toList();
    this.group =
        new Group(
            agenda,
            partitions,
            controller.dealing(),
            Agenda.nanos(scenario.rebalancePauseSeconds()));
    this.startups = Chance.of(scenario, "startups");
    this.horizon = Agenda.nanos(scenario.horizonSeconds());
    for (var poison : scenario.poison()) {
      partitions
          .get(poison.partition())
          .poison(Agenda.nanos(poison.from()), Agenda.nanos(poison.until()));
    }
  }

  /** Runs a scenario from its beginning to its end. */
  public static Measured run(Scenario scenario, Controller controller) {
    return run(scenario, controller, moment -> {});
  }

  /**
   * @param watcher shown each second
   */
  public static Measured run(Scenario scenario, Controller controller, Consumer<Moment> watcher) {
    return new World(scenario, controller, watcher).toItsEnd();
  }

  private Measured toItsEnd() {
    for (int i = 0; i < scenario.initialReplicas(); i++) {
      create().becomesReady();
    }
    group.begin(pods);
    agenda.at(Agenda.SECOND, this::sample);
    agenda.at(LOOK, this::look);
    agenda.at(controller.periodSeconds() * Agenda.SECOND, this::decide);
    while (true) {
      long planned = agenda.next();
      long served = api.next();
      long comes = arrivals.time();
      if (Math.min(planned, Math.min(served, comes)) > horizon) {
        return tally.ended(horizon, pods, partitions);
      }
      if (planned <= served && planned <= comes) {
        agenda.step();
      } else if (served <= comes) {
        agenda.goTo(served);
        api.step();
      } else {
        agenda.goTo(comes);
        arrive(partitions.get(arrivals.partition()));
        arrivals.advance();
      }
    }
  }

  private void arrive(Partition partition) {
    arrived++;
    partition.arrive(agenda.now());
    Pod owner = partition.owner;
    if (owner != null) {
      owner.pump();
    }
  }

  private void sample() {
    watcher.accept(tally.sample(agenda.now(), arrived, pods, partitions));
    agenda.after(Agenda.SECOND, this::sample);
  }

  private void look() {
    partitions.forEach(each -> each.look(agenda.now()));
    agenda.after(LOOK, this::look);
  }

  private void decide() {
    int wanted =
        Math.clamp(controller.decide(this), scenario.minReplicas(), scenario.maxReplicas());
    if (wanted != pods.size()) {
      tally.scaled(agenda.now(), pods.size(), wanted);
      scaleTo(wanted);
    }
    agenda.after(controller.periodSeconds() * Agenda.SECOND, this::decide);
  }

  private void scaleTo(int wanted) {
    while (pods.size() < wanted) {
      Pod pod = create();
      double takes =
          Chance.between(startups, scenario.pod().startupMin(), scenario.pod().startupMax());
      agenda.after(Agenda.nanos(takes), () -> isUp(pod));
    }
    boolean memberWent = false;
    while (pods.size() > wanted) {
      Pod leaving = whoGoes();
      pods.remove(leaving);
      memberWent |= leaving.isReady();
      tally.went(leaving, agenda.now());
      leaving.goes();
    }
    if (memberWent) {
      group.rebalance(pods);
    }
  }

  private Pod create() {
    int number = created++;
    Pod pod = new Pod(number, scenario.pod(), agenda, api, tally, controller.pacing(this, number));
    pods.add(pod);
    return pod;
  }

  private void isUp(Pod pod) {
    if (!pod.isGone()) {
      pod.becomesReady();
      group.rebalance(pods);
    }
  }

  /** As a ReplicaSet chooses: those that aren't ready first, then the newest. */
  private Pod whoGoes() {
    Pod chosen = pods.getLast();
    for (Pod each : pods) {
      boolean before = !each.isReady() && chosen.isReady();
      boolean newer = each.isReady() == chosen.isReady() && each.readyAt() > chosen.readyAt();
      if (before || newer) {
        chosen = each;
      }
    }
    return chosen;
  }

  public Scenario scenario() {
    return scenario;
  }

  public Agenda agenda() {
    return agenda;
  }

  public Api api() {
    return api;
  }

  public double second() {
    return Agenda.seconds(agenda.now());
  }

  public List<Partition> partitions() {
    return partitions;
  }

  /** Those that exist, ready or not. */
  public List<Pod> pods() {
    return pods;
  }

  public long lag() {
    return partitions.stream().mapToLong(Partition::lag).sum();
  }

  public long backlog() {
    return partitions.stream().mapToLong(Partition::backlog).sum();
  }
}
