package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/**
 * One partition's life in random order: poll, end, commit, a commit that fails, revoke, lose,
 * crash, and a next owner that goes on from what was committed. Beside the ledger runs a model that
 * only knows sets of offsets.
 */
class PartitionModelTest {

  @Test
  void nothingIsLostAndNothingIsRepeatedWithoutReason() {
    Seeds.each(20_000, random -> new Life(random).live());
  }

  private static final class Life {
    private static final Uuid TOPIC = new Uuid(1, 2);

    private final RandomGenerator random;
    private final TreeSet<Long> log = new TreeSet<>();
    private final Set<Long> delivered = new HashSet<>();

    // What the group coordinator holds, and which ends it knows of.
    private long committed;
    private String metadata = "";
    private Set<Long> endedAtCommit = new HashSet<>();

    // The present owner.
    private OffsetLedger ledger;
    private long position;
    private final List<Long> underWay = new ArrayList<>();
    private Set<Long> endedForOwner = new HashSet<>();

    Life(RandomGenerator random) {
      this.random = random;
      long offset = random.nextInt(5);
      for (int i = random.nextInt(1, 60); i > 0; i--) {
        offset += random.nextInt(10) == 0 ? random.nextInt(1, 200) : 1;
        log.add(offset);
      }
      assign();
    }

    void live() {
      for (int step = random.nextInt(5, 80); step > 0; step--) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> poll(random.nextInt(1, 10));
          case 3, 4, 5, 6 -> endOne();
          case 7, 8 -> commit(random.nextInt(4) > 0);
          case 9 -> revoke();
          case 10 -> crash();
          default -> lose();
        }
        assertThat(ledger.committable()).isLessThanOrEqualTo(firstNotDelivered());
      }
      while (position <= log.last() || !underWay.isEmpty()) {
        poll(5);
        endOne();
      }
      commit(true);
      assertThat(delivered).isEqualTo(log);
      assertThat(committed).isEqualTo(log.last() + 1);
    }

    private void assign() {
      CommitMetadata before = CommitMetadata.decode(committed, metadata);
      ledger = new OffsetLedger(committed, before == null ? OffsetRanges.NONE : before.ended());
      position = committed;
      underWay.clear();
      endedForOwner = new HashSet<>(endedAtCommit);
    }

    private void poll(int records) {
      for (long offset : log.tailSet(position).stream().limit(records).toList()) {
        position = offset + 1;
        if (ledger.start(offset)) {
          assertThat(endedAtCommit)
              .as("ended before the last commit, so it must not be sent again")
              .doesNotContain(offset);
          underWay.add(offset);
        } else {
          assertThat(delivered).contains(offset);
        }
      }
    }

    private void endOne() {
      if (!underWay.isEmpty()) {
        long offset = underWay.remove(random.nextInt(underWay.size()));
        delivered.add(offset);
        endedForOwner.add(offset);
        ledger.end(offset);
      }
    }

    private void commit(boolean succeeds) {
      long offset = ledger.committable();
      String text = new CommitMetadata(TOPIC, 0, ledger.endedBeyond()).encode(offset).text();
      if (succeeds) {
        committed = offset;
        metadata = text;
        endedAtCommit = new HashSet<>(endedForOwner);
      }
    }

    private void revoke() {
      commit(true);
      assign();
    }

    private void crash() {
      assign();
    }

    private void lose() {
      endOne(); // a call that ended too late to be committed
      assign();
    }

    private long firstNotDelivered() {
      return log.stream()
          .filter(offset -> !delivered.contains(offset))
          .findFirst()
          .orElse(log.last() + 1);
    }
  }
}
