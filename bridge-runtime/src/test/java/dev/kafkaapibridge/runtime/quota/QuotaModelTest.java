package dev.kafkaapibridge.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * A fleet with more records than the limit lets go, and a clock of its own: processes join, leave,
 * crash, lose commits, learn late of partitions that appear, and their clocks differ; calls leave
 * some time after they were paid; some have nothing to do for a while, and lend. What leaves is
 * held against the limit, in every window.
 */
class QuotaModelTest {

  private static final long MILLI = 1_000;
  private static final long SECOND = 1_000_000;

  @Test
  void aStrictLimitHoldsInEveryWindowThroughWhateverHappens() {
    Seeds.each(
        100,
        random -> {
          long period =
              List.of(SECOND / 10, SECOND, 20 * SECOND, 60 * SECOND).get(random.nextInt(4));
          var limit = new RateLimit(1 + random.nextInt(60), period, 0, false, random.nextInt(3));
          var fleet = new Fleet(random, limit, 1 + random.nextInt(12));
          fleet.live(240 * SECOND);
          fleet.assertStrict();
        });
  }

  @Test
  void aBucketHoldsInEveryWindowThroughWhateverHappens() {
    Seeds.each(
        100,
        random -> {
          int requests = 1 + random.nextInt(random.nextBoolean() ? 20 : 300);
          var limit =
              new RateLimit(requests, SECOND, 1 + random.nextInt(60), false, random.nextInt(3));
          var fleet = new Fleet(random, limit, 1 + random.nextInt(12));
          fleet.live(240 * SECOND);
          fleet.assertBucket();
        });
  }

  /** Also where shares are lent. Turns are taken by clocks: they are left out. */
  @Test
  void itHoldsThoughClocksDifferAndAreSet() {
    Seeds.each(
        150,
        random -> {
          int requests = 60 + random.nextInt(200);
          int burst = random.nextBoolean() ? 0 : 60 + random.nextInt(100);
          long period = List.of(SECOND, 2 * SECOND, 20 * SECOND).get(random.nextInt(3));
          var limit = new RateLimit(requests, period, burst, false, random.nextInt(3));
          var fleet = new Fleet(random, limit, 2 + random.nextInt(12), 10 * SECOND);
          fleet.live(240 * SECOND);
          fleet.assertHolds();
        });
  }

  @Test
  void nineTenthsAreUsedWhileNothingHappens() {
    Seeds.each(
        30,
        random -> {
          int partitions = 1 + random.nextInt(12);
          boolean strict = random.nextBoolean();
          var limit =
              strict
                  ? new RateLimit(1 + random.nextInt(200), SECOND, 0, false)
                  : new RateLimit(
                      1 + random.nextInt(200), SECOND, partitions + random.nextInt(60), false);
          var fleet = new Fleet(random, limit, partitions);
          fleet.calm = true;
          fleet.live(30 * SECOND);
          long used = fleet.sends.stream().filter(at -> at > fleet.begin + 10 * SECOND).count();
          assertThat(used / 20.0 / limit.requests())
              .as(limit + ", " + partitions)
              .isGreaterThanOrEqualTo(0.9);
          fleet.assertHolds();
        });
  }

  @Test
  void everyProcessGetsItsTurnHoweverSmallTheLimit() {
    Seeds.each(
        15,
        random -> {
          var limit = new RateLimit(1 + random.nextInt(3), SECOND, random.nextInt(3), false);
          var fleet = new Fleet(random, limit, 4 + random.nextInt(8));
          fleet.calm = true;
          fleet.join();
          fleet.join();
          fleet.live(60 * SECOND);
          assertThat(fleet.pods)
              .allSatisfy(pod -> assertThat(pod.accounts.isEmpty() || pod.sent > 0).isTrue());
          fleet.assertHolds();
        });
  }

  @Test
  void aDailyLimitSurvivesCrashesAndLosesLittle() {
    Seeds.each(
        10,
        random -> {
          long day = 86_400 * SECOND;
          var limit = new RateLimit(1_000, day, 0, false);
          var fleet = new Fleet(random, limit, 12);
          fleet.calm = true;
          fleet.live(5 * SECOND);
          for (int i = 0; i < 5; i++) {
            fleet.crash(fleet.pods.getFirst());
            fleet.live(5 * SECOND);
          }
          fleet.live(20 * SECOND);
          assertThat(fleet.sends.size()).isBetween(1_000 - 6 * 12, 1_000);
        });
  }

  /** One busy partition of many, whose neighbours are in other processes and have no records. */
  @Test
  void oneBusyProcessGetsTheWholeLimit() {
    Seeds.each(
        20,
        random -> {
          int partitions = 2 + random.nextInt(11);
          int requests = 100 + random.nextInt(200);
          int burst = random.nextBoolean() ? 0 : partitions + random.nextInt(60);
          int patience = 1 + random.nextInt(3);
          var limit = new RateLimit(requests, SECOND, burst, false, patience);
          var fleet = new Fleet(random, limit, partitions);
          fleet.calm = true;
          for (int i = 0; i < 4; i++) {
            fleet.join();
          }
          Fleet.Pod busy = fleet.pods.getFirst();
          fleet.pods.forEach(pod -> pod.idle = pod != busy);
          fleet.live(50 * SECOND);
          long from = fleet.now - 30 * SECOND;
          long used = fleet.sends.stream().filter(at -> at > from).count();
          assertThat(used / 30.0 / requests)
              .as(limit + ", " + partitions)
              .isGreaterThanOrEqualTo(0.9);
          fleet.assertHolds();

          // Who has records again has its own shares back.
          fleet.pods.forEach(pod -> pod.idle = false);
          fleet.live(20 * SECOND);
          fleet.pods.forEach(pod -> pod.sent = 0);
          fleet.live(20 * SECOND);
          assertThat(fleet.pods)
              .allSatisfy(pod ->
                  assertThat(pod.sent)
                      .isGreaterThanOrEqualTo(
                          (long) (.8 * 20 * requests * pod.accounts.size() / partitions)));
          fleet.assertHolds();
        });
  }

  private static final class Fleet {
    final RandomGenerator random;
    final RateLimit limit;
    final long begin;
    final List<TopicPartition> partitions = new ArrayList<>();
    final Map<TopicPartition, String> committed = new HashMap<>();
    Map<TopicPartition, String> committedBefore = Map.of();
    long committedBeforeAt;
    final List<Pod> pods = new ArrayList<>();
    final List<Pod> draining = new ArrayList<>();
    final List<Long> sends = new ArrayList<>();
    boolean calm;
    long now = 1_700_000_000L * SECOND;

    /** By up to so much, and some are set now and then. */
    final long clocksDiffer;

    Fleet(RandomGenerator random, RateLimit limit, int count) {
      this(random, limit, count, 50 * MILLI);
    }

    Fleet(RandomGenerator random, RateLimit limit, int count, long clocksDiffer) {
      this.clocksDiffer = clocksDiffer;
      this.random = random;
      this.limit = limit;
      this.begin = now;
      grow(count);
      partitions.forEach(p -> committed.put(p, Purse.atFirstStart(count)));
      join();
    }

    void grow(int by) {
      for (int i = 0; i < by; i++) {
        partitions.add(new TopicPartition("orders", partitions.size()));
      }
    }

    void live(long micros) {
      long until = now + micros;
      while (now < until) {
        now += 5 * MILLI;
        if (now % SECOND == 0) {
          committedBefore = new HashMap<>(committed);
          committedBeforeAt = now;
        }
        for (Pod pod : List.copyOf(pods)) {
          pod.step();
        }
        if (clocksDiffer >= SECOND && random.nextInt(1_000) == 0) {
          pods.get(random.nextInt(pods.size())).clockIsAhead = random.nextLong(clocksDiffer);
        }
        draining.removeIf(pod -> {
          pod.leave(false);
          return pod.underWay.isEmpty();
        });
        if (!calm && random.nextInt(1_000) == 0) {
          switch (random.nextInt(6)) {
            case 0, 1 -> join();
            case 2 -> leave(pods.get(random.nextInt(pods.size())));
            case 3, 4 -> crash(pods.get(random.nextInt(pods.size())));
            default -> grow(random.nextInt(3));
          }
        }
      }
    }

    void join() {
      if (pods.size() < 5) {
        pods.add(new Pod(random.nextLong(clocksDiffer)));
        rebalance();
      }
    }

    void leave(Pod pod) {
      List.copyOf(pod.accounts.keySet()).forEach(partition -> pod.revoke(partition));
      draining.add(pod);
      goneFor(pod);
    }

    void crash(Pod pod) {
      pod.leave(random.nextBoolean());
      goneFor(pod);
    }

    private void goneFor(Pod pod) {
      pods.remove(pod);
      if (pods.isEmpty()) {
        join();
      } else {
        rebalance();
      }
    }

    void rebalance() {
      for (int i = 0; i < partitions.size(); i++) {
        TopicPartition partition = partitions.get(i);
        Pod owner = pods.get(i % pods.size());
        for (Pod pod : pods) {
          if (pod != owner && pod.accounts.containsKey(partition)) {
            pod.revoke(partition);
          }
        }
      }
      for (int i = 0; i < partitions.size(); i++) {
        TopicPartition partition = partitions.get(i);
        Pod owner = pods.get(i % pods.size());
        if (!owner.accounts.containsKey(partition)) {
          owner.accounts.put(partition, owner.purse.open(partition, committed.get(partition)));
        }
      }
    }

    void assertHolds() {
      if (limit.isStrict()) {
        assertStrict();
      } else {
        assertBucket();
      }
    }

    void assertStrict() {
      int most = (int) limit.requests();
      for (int i = most; i < sends.size(); i++) {
        assertThat(sends.get(i) - sends.get(i - most))
            .as("%s calls at %s ms, %s", most + 1, (sends.get(i) - begin) / 1_000, limit)
            .isGreaterThanOrEqualTo(limit.periodMicros());
      }
    }

    /** No window exceeds exactly if a bucket that starts full never goes below zero. */
    void assertBucket() {
      double level = limit.burst();
      long at = begin;
      for (long send : sends) {
        level = Math.min(limit.burst(), level + limit.rate() * (send - at)) - 1;
        at = send;
        assertThat(level)
            .as("at %s ms, %s", (send - begin) / 1_000, limit)
            .isGreaterThanOrEqualTo(-1e-3);
      }
    }

    private record UnderWay(Purse.Pass pass, long leavesAt) {}

    private final class Pod {
      long clockIsAhead;
      final Purse purse;
      final Map<TopicPartition, PartitionAccount> accounts = new LinkedHashMap<>();
      long looked;
      long committedAt;
      long sent;
      final List<UnderWay> underWay = new ArrayList<>();
      boolean idle;
      long traded;

      Pod(long clockIsAhead) {
        this.clockIsAhead = clockIsAhead;
        long booted = random.nextLong(now);
        this.purse =
            new Purse(
                limit,
                new OnwardClock(() -> now + this.clockIsAhead, () -> (now - booted) * 1_000),
                random.nextLong(Long.MAX_VALUE));
        look();
      }

      void look() {
        purse.look(List.copyOf(partitions), purse.now());
        looked = now;
      }

      /** Requests are written once their connections are there. */
      void leave(boolean all) {
        for (var calls = underWay.iterator(); calls.hasNext(); ) {
          UnderWay call = calls.next();
          if (all || call.leavesAt <= now) {
            if (purse.leaves(call.pass)) {
              sends.add(now);
              sent++;
            }
            calls.remove();
          }
        }
      }

      /** Turns have gaps for what clocks differ by, and next to nothing on top. */
      private long delay() {
        boolean byTurns = Plan.of(limit, partitions.size()).isByTurns();
        return calm || byTurns ? MILLI : random.nextLong(400) * MILLI;
      }

      void step() {
        leave(false);
        // A look that fails now and then; the last one is stale before the others stop waiting.
        if (now - looked > (calm ? 10 : 10 + random.nextInt(40)) * SECOND) {
          look();
          rebalance(); // by then the group's leader has seen them too
        }
        boolean urgent =
            now - committedAt > 100 * MILLI
                && accounts.values().stream().anyMatch(PartitionAccount::wantsCommit);
        if (urgent || now - committedAt > SECOND) {
          committedAt = now;
          commit();
        }
        if (now - traded > 2 * SECOND) {
          traded = now;
          trade();
        }
        if (!calm && random.nextInt(3_000) == 0) {
          idle = !idle;
        }
        for (int i = 0; i < 3_000 && !idle; i++) {
          switch (purse.enter()) {
            case Purse.Entry.Wait ignored -> {
              return;
            }
            case Purse.Entry.Go(var pass) -> {
              if (!calm && random.nextInt(50) == 0) {
                purse.ended(pass);
              } else {
                underWay.add(new UnderWay(pass, now + delay()));
              }
            }
          }
        }
      }

      /** By what was committed a while ago, or not at all. */
      void trade() {
        if (purse.trades() && (calm || random.nextInt(5) > 0)) {
          boolean fresh = calm || random.nextBoolean();
          var then = new HashMap<>(fresh ? committed : committedBefore);
          then.values().removeIf(section -> section == null);
          purse.trade(then, purse.now() - (fresh ? 0 : now - committedBeforeAt));
        }
      }

      void commit() {
        boolean written = calm || random.nextInt(5) > 0;
        boolean heard = written && (calm || random.nextInt(5) > 0);
        accounts.forEach((partition, account) -> {
          String text = account.toCommit();
          if (written) {
            committed.put(partition, text);
          }
          if (heard) {
            account.committed();
          }
        });
      }

      void revoke(TopicPartition partition) {
        PartitionAccount account = accounts.remove(partition);
        account.close();
        String text = account.toCommit();
        if (calm || random.nextInt(5) > 0) {
          committed.put(partition, text);
        }
      }
    }
  }
}
