package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the order of keys across retry topics: whoever comes behind a record that was put aside
 * goes behind it, until nothing of the key is aside. Owns what is known of each source partition
 * that this process owns; one lock guards it. Safe for all lanes.
 *
 * <pre>
 *   a source partition:  owned --(its retry topics are read up to their ends)--> known --> let go of
 *   its records          wait                                                    take their turns
 * </pre>
 *
 * This holds because one process has a source partition and all that was put aside of it, and
 * because no other can write there any more ({@code FencedWriter}): what is known when a partition
 * is taken over is all there is.
 */
public final class KeyOrder implements KeyTurns {

  /**
   * The longest that a record waits for those ahead of it which are being worked on. Without it, a
   * key with a steady stream would never come back from its retry topic: there would always be a
   * record that has just been written there.
   */
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** What is aside of a source partition, as seen from it or from one of its retry topics. */
  private record Place(KeysAside keys, int position, Condition changed) {}

  private final int retryTopics;
  private final Slots slots;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Assignment, Place> places = new HashMap<>();

  /** Source partitions of which it isn't known yet, and what their records wait for. */
  private final Map<Assignment, Condition> unknown = new HashMap<>();

  public KeyOrder(int retryTopics, Slots slots, LongSupplier nanoTime) {
    this.retryTopics = retryTopics;
    this.slots = slots;
    this.nanoTime = nanoTime;
  }

  /** Records of this source partition wait until it is {@link #known}. */
  public void expect(Assignment source) {
    lock.lock();
    try {
      unknown.put(source, lock.newCondition());
    } finally {
      lock.unlock();
    }
  }

  /** To be filled with what lies there. */
  public KeysAside nothingAside() {
    return new KeysAside(retryTopics);
  }

  /**
   * From now on records of these assignments take their turns.
   *
   * @param source of a source partition
   * @param aside of the partitions of its retry topics, in the order of these
   * @param keys what lies there
   */
  public void known(Assignment source, List<Assignment> aside, KeysAside keys) {
    lock.lock();
    try {
      Condition changed = unknown.remove(source);
      if (changed == null) {
        return; // it was let go of meanwhile
      }
      places.put(source, new Place(keys, 0, changed));
      for (int i = 0; i < aside.size(); i++) {
        places.put(aside.get(i), new Place(keys, i + 1, changed));
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is known of these any more; records that wait for it are woken. */
  public void forget(Collection<Assignment> assignments) {
    lock.lock();
    try {
      for (Assignment assignment : assignments) {
        Place place = places.remove(assignment);
        Condition waiting = unknown.remove(assignment);
        if (place != null) {
          place.changed().signalAll();
        }
        if (waiting != null) {
          waiting.signalAll();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Records of retry topics whose time has come are handed over. */
  public void taken(List<SourceRecord> records) {
    lock.lock();
    try {
      for (SourceRecord record : records) {
        Place place = places.get(record.assignment());
        byte[] key = record.record().key();
        if (place != null && key != null) {
          place.keys().taken(key, place.position());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Turn await(SourceRecord record) throws InterruptedException {
    byte[] key = record.record().key();
    if (key == null) {
      return Turn.Now; // of no key, there is nothing behind which it would have to stay
    }
    Turn now = look(record.assignment(), key);
    return now != null ? now : slots.without(record.assignment(), () -> wait(record, key));
  }

  private Turn wait(SourceRecord record, byte[] key) throws InterruptedException {
    Assignment assignment = record.assignment();
    lock.lockInterruptibly();
    try {
      long until = nanoTime.getAsLong() + WAIT.toNanos();
      while (true) {
        Turn turn = look(assignment, key);
        if (turn != null) {
          return turn;
        }
        Condition known = unknown.get(assignment);
        if (known != null) {
          known.await(); // who forgets an assignment, or learns of it, signals
          until = nanoTime.getAsLong() + WAIT.toNanos();
          continue;
        }
        Place place = Objects.requireNonNull(places.get(assignment), "looked at just now");
        long left = until - nanoTime.getAsLong();
        if (left <= 0) {
          place.keys().takesLong(key);
          return Turn.Behind;
        }
        var ignored = place.changed().await(left, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Null: it has to wait to know. */
  private @Nullable Turn look(Assignment assignment, byte[] key) {
    lock.lock();
    try {
      if (assignment.hasEnded()) {
        return Turn.Never;
      }
      if (unknown.containsKey(assignment)) {
        return null;
      }
      Place place = places.get(assignment);
      if (place == null) {
        return Turn.Now; // of a replay, which takes up old records anyway
      }
      return switch (place.keys().ahead(key, place.position())) {
        case Nothing -> Turn.Now;
        case InHand -> null;
        case Lies -> Turn.Behind;
      };
    } finally {
      lock.unlock();
    }
  }

  /** Before it is written: whoever looks meanwhile sees too much aside rather than too little. */
  @Override
  public void goesAside(SourceRecord record) {
    lock.lock();
    try {
      Place place = places.get(record.assignment());
      byte[] key = record.record().key();
      if (place != null && key != null) {
        place.keys().goesTo(key, place.position() + 1);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ended(SourceRecord record, Outcome outcome) {
    byte[] key = record.record().key();
    if (!outcome.isEnd() || !record.past().isRetry() || key == null) {
      return;
    }
    lock.lock();
    try {
      Place place = places.get(record.assignment());
      if (place != null) {
        place.keys().hasLeft(key, place.position());
        place.changed().signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
