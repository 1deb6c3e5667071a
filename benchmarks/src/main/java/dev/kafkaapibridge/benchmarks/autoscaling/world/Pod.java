package dev.kafkaapibridge.benchmarks.autoscaling.world;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pod: takes records of its partitions in turn, makes each call ready with its CPU, one after
 * the other, and sends it once there is a slot and its pacing gives leave. Owns the records that it
 * has taken, until they are delivered or their partition is lost.
 */
public final class Pod {

  private final int number;
  private final long createdAt;
  private final Agenda agenda;
  private final Api api;
  private final Tally tally;
  private final Pacing pacing;
  private final int slots;
  private final long cpuNanos;

  private final List<Partition> partitions = new ArrayList<>();
  private int turn;

  /** On the CPU; at most one. */
  private @Nullable Delivery preparing;

  /** Ready to be sent. */
  private final ArrayDeque<Delivery> prepared = new ArrayDeque<>();

  /** Waits for its next attempt. */
  private final Set<Delivery> waiting = new LinkedHashSet<>();

  /** Its wait is over. */
  private final ArrayDeque<Delivery> again = new ArrayDeque<>();

  private long wakesAt = Long.MAX_VALUE;
  private boolean ready;
  private boolean gone;
  private long readyAt = Long.MAX_VALUE;

  private int inService;
  private int held;
  private long countedAt;
  private long gatedSince = -1;
  private long calls;
  private long accepted;
  private long throttled;
  private long failed;
  private long serviceNanos;
  private long heldNanos;
  private long cpuSpent;
  private long gatedNanos;

  Pod(int number, Scenario.Pod pod, Agenda agenda, Api api, Tally tally, Pacing pacing) {
    this.number = number;
    this.createdAt = agenda.now();
    this.agenda = agenda;
    this.api = api;
    this.tally = tally;
    this.pacing = pacing;
    this.slots = pod.slots();
    this.cpuNanos = Agenda.nanos(1 / pod.recordsPerSecond());
  }

  public int number() {
    return number;
  }

  public long createdAt() {
    return createdAt;
  }

  public boolean isReady() {
    return ready;
  }

  public long readyAt() {
    return readyAt;
  }

  boolean isGone() {
    return gone;
  }

  public Pacing pacing() {
    return pacing;
  }

  public List<Partition> partitions() {
    return partitions;
  }

  void becomesReady() {
    ready = true;
    readyAt = agenda.now();
  }

  void goes() {
    gone = true;
    ready = false;
  }

  void gain(List<Partition> gained) {
    for (Partition partition : gained) {
      partitions.add(partition);
      partition.servedBy = this;
    }
    pacing.gained(gained);
    pump();
  }

  void lose(List<Partition> lost) {
    partitions.removeAll(lost);
    lost.forEach(partition -> partition.servedBy = null);
    turn = 0;
    prepared.removeIf(this::handsBackLost);
    again.removeIf(this::handsBackLost);
    waiting.removeIf(this::handsBackLost);
    pacing.lost(lost);
  }

  private boolean handsBackLost(Delivery delivery) {
    if (isMine(delivery)) {
      return false;
    }
    handBack(delivery);
    return true;
  }

  private void handBack(Delivery delivery) {
    freeSlot(delivery);
    delivery.attempts = null;
    delivery.partition.handBack(delivery);
  }

  private boolean isMine(Delivery delivery) {
    return delivery.partition.servedBy == this;
  }

  /** Does what can be done now. */
  void pump() {
    while (sendOne()) {}
    prepareNext();
  }

  private void prepareNext() {
    if (preparing != null) {
      return;
    }
    // One stands ready at most; but who holds a slot meanwhile must not wait for one that needs it.
    Delivery next = again.peek();
    if (!prepared.isEmpty() && (next == null || !next.holdsSlot)) {
      return;
    }
    next = next == null ? takeInTurn() : again.remove();
    if (next != null) {
      preparing = next;
      if (next.failures() == 0) {
        pacing.first();
      }
      agenda.after(cpuNanos, this::isPrepared);
    }
  }

  private void isPrepared() {
    Delivery done = preparing;
    preparing = null;
    cpuSpent += cpuNanos;
    if (done != null && !isMine(done)) {
      handBack(done);
    } else if (done != null && done.holdsSlot) {
      prepared.addFirst(done);
    } else if (done != null) {
      prepared.add(done);
    }
    pump();
  }

  private @Nullable Delivery takeInTurn() {
    int count = partitions.size();
    for (int i = 0; i < count; i++) {
      int at = turn + i < count ? turn + i : turn + i - count;
      if (partitions.get(at).hasMore()) {
        turn = at + 1 < count ? at + 1 : 0;
        return partitions.get(at).take();
      }
    }
    return null;
  }

  private boolean sendOne() {
    Delivery first = prepared.peek();
    if (first == null || !first.holdsSlot && held >= slots) {
      isHeldBack(false);
      return false;
    }
    return switch (pacing.leave()) {
      case Pacing.Leave.Wait(long until, boolean forRate) -> {
        isHeldBack(forRate);
        wakeAt(until);
        yield false;
      }
      case Pacing.Leave.Go(var pass) -> {
        isHeldBack(false);
        send(prepared.remove(), pass);
        yield true;
      }
    };
  }

  private void isHeldBack(boolean now) {
    if (gatedSince >= 0) {
      gatedNanos += agenda.now() - gatedSince;
    }
    gatedSince = now ? agenda.now() : -1;
  }

  private void wakeAt(long time) {
    long at = Math.max(time, agenda.now() + 1);
    if (at >= wakesAt && wakesAt > agenda.now()) {
      return;
    }
    wakesAt = at;
    agenda.at(
        at,
        () -> {
          if (wakesAt == at) {
            wakesAt = Long.MAX_VALUE;
          }
          pump();
        });
  }

  private void send(Delivery delivery, @Nullable Object pass) {
    count();
    if (!delivery.holdsSlot) {
      delivery.holdsSlot = true;
      held++;
    }
    inService++;
    tally.sent();
    long sentAt = agenda.now();
    boolean poison = delivery.partition.isPoison(delivery, sentAt);
    api.call(answer -> {
      boolean fails = poison && answer.kind() == Kind.Accepted;
      answered(
          delivery, pass, sentAt, fails ? new Answer(Kind.Failed, 0, answer.policy()) : answer);
    });
  }

  private void answered(Delivery delivery, @Nullable Object pass, long sentAt, Answer answer) {
    count();
    inService--;
    calls++;
    tally.answered(answer.kind());
    pacing.answered(pass, answer, agenda.now() - sentAt);
    switch (answer.kind()) {
      case Accepted -> {
        accepted++;
        freeSlot(delivery);
        delivery.partition.delivered(delivery);
        tally.delivered(agenda.now() - delivery.arrivedAt);
      }
      case Throttled -> {
        throttled++;
        inVain(delivery, answer);
      }
      case Failed -> {
        failed++;
        inVain(delivery, answer);
      }
    }
    pump();
  }

  private void inVain(Delivery delivery, Answer answer) {
    delivery.failed();
    if (!isMine(delivery)) {
      handBack(delivery);
      Pod owner = delivery.partition.owner;
      if (owner != null) {
        owner.pump();
      }
      return;
    }
    Pacing.Again next = pacing.again(delivery, answer);
    if (!next.keepsSlot()) {
      freeSlot(delivery);
    }
    waiting.add(delivery);
    agenda.after(next.afterNanos(), () -> waited(delivery, answer));
  }

  private void waited(Delivery delivery, Answer answer) {
    if (!waiting.contains(delivery)) {
      return;
    }
    long more = pacing.waitsOn(answer);
    if (more > 0) {
      agenda.after(more, () -> waited(delivery, answer));
      return;
    }
    waiting.remove(delivery);
    if (delivery.holdsSlot) {
      again.addFirst(delivery);
    } else {
      again.add(delivery);
    }
    pump();
  }

  private void freeSlot(Delivery delivery) {
    if (delivery.holdsSlot) {
      count();
      delivery.holdsSlot = false;
      held--;
    }
  }

  private void count() {
    long passed = agenda.now() - countedAt;
    serviceNanos += passed * inService;
    heldNanos += passed * held;
    countedAt = agenda.now();
  }

  /** What it has counted up to now. */
  public PodCounters counters() {
    count();
    if (gatedSince >= 0) {
      isHeldBack(true);
    }
    return new PodCounters(
        calls, accepted, throttled, failed, serviceNanos, heldNanos, cpuSpent, gatedNanos);
  }
}
