package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.scale.Sample.Due;
import dev.kafkaapibridge.operator.scale.Sample.Partition;
import dev.kafkaapibridge.operator.scale.Sample.Pod;
import dev.kafkaapibridge.operator.scale.Sample.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What holds whatever pods say. {@code -Dkab.seed=N} repeats one, {@code -Dkab.trials=N} runs so
 * many.
 */
class AnyFiguresTest {

  private static final double[] ODD = {
    Double.NaN, -1, 1e18, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0, 1e-300, 1e11
  };

  private interface Trial {
    void run(Random random);
  }

  private static void each(int trials, Trial trial) {
    Long only = Long.getLong("kab.seed");
    long last = only == null ? Long.getLong("kab.trials", trials) : only;
    for (long seed = only == null ? 1 : only; seed <= last; seed++) {
      try {
        trial.run(new Random(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void neverMoreThanMaxOrPartitionsNeverFewerThanMin() {
    each(
        400,
        random -> {
          Life life = new Life(random, true);
          for (int i = 0; i < 60; i++) {
            int before = life.replicas;
            Decision decision = life.tick();
            assertThat(decision.replicas())
                .isBetween(life.policy.min(), Math.max(life.policy.min(), life.policy.max()));
            if (decision.replicas() > before && decision.memory().partitions() > 0) {
              assertThat(decision.replicas())
                  .isLessThanOrEqualTo(Math.max(life.policy.min(), decision.memory().partitions()));
            }
            assertThat(decision.figures().demand()).isFinite().isNotNegative();
            assertThat(decision.sentence()).doesNotContain("NaN").hasSizeLessThan(400);
          }
        });
  }

  @Test
  void withoutDataTheNumberStays() {
    each(
        300,
        random -> {
          Life life = new Life(random, false);
          for (int i = 0; i < 40; i++) {
            life.tick();
          }
          int before = life.replicas;
          life.silent = true;
          for (int i = 0; i < 100; i++) {
            assertThat(life.tick().replicas()).isEqualTo(before);
          }
        });
  }

  @Test
  void noPodIsTakenAwayWhileSomePartitionIsUnknown() {
    each(
        300,
        random -> {
          Life life = new Life(random, false);
          for (int i = 0; i < 40; i++) {
            life.tick();
          }
          life.partial = true;
          life.healthy = true;
          life.tick();
          int before = life.replicas;
          for (int i = 0; i < 60; i++) {
            assertThat(life.tick().replicas()).isGreaterThanOrEqualTo(before);
            before = life.replicas;
          }
        });
  }

  /**
   * Of two fleets that differ in nothing but 429s, the one with more of them never grows further.
   */
  @Test
  void more429sNeverMakeMorePods() {
    each(
        2000,
        random -> {
          Life life = new Life(random, false);
          int ticks = random.nextInt(60);
          for (int i = 0; i < ticks; i++) {
            life.tick();
          }
          Sample few = life.sample().believable();
          Sample many = with429s(few, random);
          int without = Scaling.decide(life.policy, life.memory, few).replicas();
          int with = Scaling.decide(life.policy, life.memory, many).replicas();
          assertThat(with).isLessThanOrEqualTo(Math.max(without, few.replicas()));
        });
  }

  private static Sample with429s(Sample sample, Random random) {
    List<Pod> pods = new ArrayList<>();
    for (Pod pod : sample.pods()) {
      Reading r = pod.reading();
      double more = r == null ? 0 : random.nextDouble() * (1 + r.sent());
      pods.add(
          r == null
              ? pod
              : new Pod(
                  pod.name(),
                  pod.ready(),
                  new Reading(
                      r.seconds(),
                      r.sent() + more,
                      r.accepted(),
                      r.throttled() + more,
                      r.failed(),
                      r.busySeconds() + more * .02,
                      r.slots(),
                      r.cpuShare(),
                      r.gatedSeconds(),
                      r.circuitOpen(),
                      r.advertisedPerSecond())));
    }
    return new Sample(
        sample.at(), sample.replicas(), pods, sample.partitions(), sample.complete(), sample.due());
  }

  /** A fleet that lives through anything. */
  private static final class Life {
    final Random random;
    final boolean odd;
    final Policy policy;
    final int partitions;
    Memory memory = Memory.empty();
    int replicas;
    Instant now = Instant.parse("2026-11-01T08:00:00Z");
    boolean silent;
    boolean partial;
    boolean healthy;
    private final long[] end;
    private double mood = 1;

    Life(Random random, boolean odd) {
      this.random = random;
      this.odd = odd;
      int min = 1 + random.nextInt(5);
      Policy plain = Policy.between(min, min + random.nextInt(40));
      plain = random.nextBoolean() ? plain.declared(1 + random.nextInt(300)) : plain;
      this.policy = plain.stabilizing(Duration.ofSeconds(random.nextInt(400)));
      this.partitions = 1 + random.nextInt(32);
      this.replicas = Math.min(policy.max(), min + random.nextInt(10));
      this.end = new long[partitions];
    }

    Decision tick() {
      Decision decision = Scaling.decide(policy, memory, sample());
      memory = decision.memory();
      replicas = decision.replicas();
      return decision;
    }

    Sample sample() {
      now = now.plusSeconds(1 + random.nextInt(20));
      mood = random.nextInt(10) == 0 ? random.nextDouble() * 3 : mood;
      List<Pod> pods = new ArrayList<>();
      for (int i = 0; i < replicas; i++) {
        boolean up = healthy || silent || random.nextInt(20) > 0;
        pods.add(new Pod("pod-" + i, up, silent ? null : reading()));
      }
      List<Partition> told = new ArrayList<>();
      for (int p = 0; p < partitions && !silent; p++) {
        end[p] += (long) (random.nextInt(300) * mood);
        boolean left = partial ? p > 0 : random.nextInt(200) > 0;
        if (left) {
          told.add(
              new Partition(
                  "t-" + p,
                  "pod-" + p % replicas,
                  odd(end[p], random.nextInt(50) == 0),
                  now,
                  odd(random.nextInt(5000), false),
                  random.nextInt(50) == 0));
        }
      }
      List<Due> due = new ArrayList<>();
      for (int p = 0; p < random.nextInt(4) && !silent; p++) {
        due.add(new Due("pod-" + p % replicas, odd(random.nextInt(5000), false)));
      }
      return new Sample(
          now, replicas, pods, told, told.size() == partitions && (odd || !partial), due);
    }

    private long odd(long fair, boolean wrong) {
      return odd && (wrong || random.nextInt(100) == 0)
          ? new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE, 0}[random.nextInt(4)]
          : fair;
    }

    private @Nullable Reading reading() {
      if (random.nextInt(30) == 0) {
        return null;
      }
      double accepted = random.nextInt(400) * mood;
      double throttled = random.nextInt(3) == 0 ? random.nextInt(100) : 0;
      double failed = healthy ? 0 : random.nextInt(8) == 0 ? random.nextInt(900) : 0;
      return new Reading(
          odd(15),
          odd(accepted + throttled + failed),
          odd(accepted),
          odd(throttled),
          odd(failed),
          odd(random.nextDouble() * 150),
          odd && random.nextInt(100) == 0 ? -3 : 10,
          odd(random.nextDouble()),
          odd(random.nextDouble() * 15),
          !healthy && random.nextInt(40) == 0,
          random.nextInt(60) == 0 ? Double.valueOf(odd(10 + random.nextInt(300))) : null);
    }

    private double odd(double fair) {
      return odd && random.nextInt(40) == 0 ? ODD[random.nextInt(ODD.length)] : fair;
    }
  }
}
