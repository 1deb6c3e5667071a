package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.deliver.KeysAside.Ahead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KeysAsideTest {

  private static final byte[] A = "a".getBytes(StandardCharsets.UTF_8);
  private static final byte[] B = "b".getBytes(StandardCharsets.UTF_8);

  @Test
  void whatLiesInLaterPlacesIsAheadUntilItHasEnded() {
    var keys = new KeysAside(2);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.Nothing);

    keys.goesTo(A, 1);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.Lies);
    assertThat(keys.ahead(A, 1)).isEqualTo(Ahead.Nothing);
    assertThat(keys.ahead(B, 0)).isEqualTo(Ahead.Nothing);

    keys.taken(A, 1);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.InHand);

    keys.goesTo(A, 2);
    keys.hasLeft(A, 1);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.Lies);
    assertThat(keys.ahead(A, 1)).isEqualTo(Ahead.Lies);
    assertThat(keys.ahead(A, 2)).isEqualTo(Ahead.Nothing);

    keys.taken(A, 2);
    keys.hasLeft(A, 2);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.Nothing);
    assertThat(keys.size()).isZero();
  }

  /** It may be read there before whoever wrote it has said that it left. */
  @Test
  void oneThatIsAlreadyReadInItsNextPlaceIsAheadStill() {
    var keys = new KeysAside(2);
    keys.goesTo(A, 1);
    keys.taken(A, 1);
    keys.goesTo(A, 2);
    keys.taken(A, 2);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.InHand);
    keys.hasLeft(A, 2);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.InHand);
    keys.hasLeft(A, 1);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.Nothing);
  }

  /** Of an earlier spec, or of a person: it is nobody's place that it takes. */
  @Test
  void whatSomebodyElseHasWrittenIsAheadWhileItIsInHand() {
    var keys = new KeysAside(1);
    keys.taken(A, 1);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.InHand);
    keys.goesTo(A, 1);
    keys.hasLeft(A, 1);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.Lies);
    keys.taken(A, 1);
    keys.hasLeft(A, 1);
    assertThat(keys.size()).isZero();
  }

  @Test
  void whereOneInHandTakesLongOthersDoNotWaitUntilOneHasLeft() {
    var keys = new KeysAside(1);
    keys.goesTo(A, 1);
    keys.goesTo(A, 1);
    keys.taken(A, 1);
    keys.taken(A, 1);
    keys.takesLong(A);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.Lies);
    keys.hasLeft(A, 1);
    assertThat(keys.ahead(A, 0)).isEqualTo(Ahead.InHand);
  }

  /**
   * A partition and its retry topics, with lanes that fail, wait, lose patience and go aside in any
   * order, and processes that stop at any moment: no record is sent before all that come before it
   * in its key have ended, none is lost, none is sent again unless a process has stopped, and what
   * is sent last of a key is its last record.
   */
  @Test
  void keysStayInOrderWhateverFailsAndWhoeverStops() {
    Seeds.each(
        3_000,
        random -> {
          var world = new World(random);
          world.run();
          assertThat(world.wrong).isEmpty();
          assertThat(world.ended).as("all have ended").hasSize(world.records);
          assertThat(world.keys.size()).as("nothing is remembered of what is over").isZero();
          if (world.stops == 0) {
            assertThat(world.done).doesNotHaveDuplicates();
          }
          assertThat(world.lastSent()).isEqualTo(world.lastOfKeys());
        });
  }

  /** Logs, which stay, and one process' memory, which doesn't. */
  private static final class World {
    final RandomGenerator random;
    final int retryTopics;
    final int records;
    final String[] keyOf;
    final int failing;

    /** By place; a number stands for a record of the source. */
    final List<List<Integer>> logs = new ArrayList<>();

    /** Of each log, what has ended there as far as it is committed. */
    final List<BitSet> committed = new ArrayList<>();

    final Set<Integer> ended = new HashSet<>();
    final List<String> wrong = new ArrayList<>();
    final List<Integer> sent = new ArrayList<>();

    /** Accepted, or given up. */
    final List<Integer> done = new ArrayList<>();

    int stops;

    KeysAside keys;
    private List<BitSet> over = new ArrayList<>();
    private int[] read = {};

    /** Offsets that were read at a place and have not ended, by key. */
    private List<Map<String, Queue<Integer>>> lanes = new ArrayList<>();

    World(RandomGenerator random) {
      this.random = random;
      retryTopics = random.nextInt(1, 4);
      records = random.nextInt(1, 60);
      failing = random.nextInt(0, 80);
      int distinct = random.nextInt(1, 6);
      keyOf = new String[records];
      var source = new ArrayList<Integer>();
      for (int record = 0; record < records; record++) {
        keyOf[record] = "key-" + random.nextInt(distinct);
        source.add(record);
      }
      logs.add(source);
      committed.add(new BitSet());
      for (int topic = 0; topic < retryTopics; topic++) {
        logs.add(new ArrayList<>());
        committed.add(new BitSet());
      }
      keys = new KeysAside(retryTopics);
      begin();
    }

    /** A process takes the partition over, with what is committed and what lies there. */
    void begin() {
      keys = new KeysAside(retryTopics);
      over = new ArrayList<>();
      lanes = new ArrayList<>();
      read = new int[retryTopics + 1];
      for (int place = 0; place <= retryTopics; place++) {
        over.add((BitSet) committed.get(place).clone());
        lanes.add(new HashMap<>());
        read[place] = committed.get(place).nextClearBit(0);
        for (int at = read[place]; place > 0 && at < logs.get(place).size(); at++) {
          if (!over.get(place).get(at)) {
            keys.goesTo(key(place, at), place);
          }
        }
      }
    }

    void run() {
      for (int step = 0; step < 20_000 && !isDone(); step++) {
        int place = random.nextInt(retryTopics + 1);
        switch (random.nextInt(20)) {
          case 0 -> commit();
          case 1 -> {
            if (stops < 5 && random.nextInt(10) == 0) {
              stops++;
              begin();
            }
          }
          case 2, 3, 4, 5, 6, 7 -> read(place);
          default -> work(place);
        }
      }
    }

    private boolean isDone() {
      for (int place = 0; place <= retryTopics; place++) {
        if (over.get(place).cardinality() < logs.get(place).size()) {
          return false;
        }
      }
      return true;
    }

    /** All or nothing: of a retry topic alone, records would come back after their successors. */
    private void commit() {
      for (int place = 0; place <= retryTopics; place++) {
        committed.set(place, (BitSet) over.get(place).clone());
      }
    }

    private void read(int place) {
      int at = read[place];
      if (at == logs.get(place).size()) {
        return;
      }
      read[place]++;
      if (over.get(place).get(at)) {
        return;
      }
      String key = keyOf[logs.get(place).get(at)];
      if (place > 0) {
        keys.taken(bytes(key), place);
      }
      lanes.get(place).computeIfAbsent(key, any -> new ArrayDeque<>()).add(at);
    }

    /** What a lane does with its head. */
    private void work(int place) {
      var busy = lanes.get(place).values().stream().filter(lane -> !lane.isEmpty()).toList();
      if (busy.isEmpty()) {
        return;
      }
      Queue<Integer> lane = busy.get(random.nextInt(busy.size()));
      int at = lane.element();
      int record = logs.get(place).get(at);
      switch (keys.ahead(key(place, at), place)) {
        case InHand -> {
          if (random.nextInt(10) > 0) {
            return; // it waits; now and then for too long
          }
          keys.takesLong(key(place, at));
          goAside(place, at, record);
        }
        case Lies -> goAside(place, at, record);
        case Nothing -> {
          send(record);
          if (random.nextInt(100) < failing && place < retryTopics) {
            goAside(place, at, record);
          } else {
            ended.add(record); // as a dead letter, where it failed in the last place
            done.add(record);
          }
        }
      }
      lane.remove();
      over.get(place).set(at);
      if (place > 0) {
        keys.hasLeft(key(place, at), place);
      }
    }

    private void goAside(int place, int at, int record) {
      keys.goesTo(key(place, at), place + 1);
      logs.get(place + 1).add(record);
    }

    private void send(int record) {
      for (int before = 0; before < record; before++) {
        if (keyOf[before].equals(keyOf[record]) && !ended.contains(before)) {
          wrong.add(record + " was sent before " + before + " had ended");
        }
      }
      sent.add(record);
    }

    Map<String, Integer> lastSent() {
      var last = new HashMap<String, Integer>();
      sent.forEach(record -> last.put(keyOf[record], record));
      return last;
    }

    Map<String, Integer> lastOfKeys() {
      var last = new HashMap<String, Integer>();
      for (int record = 0; record < records; record++) {
        last.put(keyOf[record], record);
      }
      return last;
    }

    private byte[] key(int place, int at) {
      return bytes(keyOf[logs.get(place).get(at)]);
    }

    private static byte[] bytes(String key) {
      return key.getBytes(StandardCharsets.UTF_8);
    }
  }
}
