package dev.kafkaapibridge.runtime.deliver;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which keys of one source partition have records in its retry topics, and how many of these are
 * being worked on. Counts, and knows no records: a million that lie there after an outage cost what
 * their keys do. Pure; guarded by {@link KeyOrder}'s lock as soon as that has it.
 *
 * <pre>
 *   goes to a topic --> lies there --read when its time has come--> in hand --> has ended, or lies in a later one
 * </pre>
 *
 * A place is the position of a retry topic, from 1; the source's is 0. What is ahead of a record of
 * a key is all of that key in places after its own: whatever goes to a later place was read before
 * what is behind it.
 */
public final class KeysAside {

  /** What of a key is ahead of a record of it. */
  enum Ahead {
    /** Nothing: it is its turn. */
    Nothing,
    /** All that is, is being worked on just now. */
    InHand,
    /** Some of it waits for its time, or takes too long. */
    Lies
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by content below
  private record Key(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** Records of one key, by place. */
  private static final class Counts {
    final int[] there;
    final int[] inHand;
    boolean takesLong;

    Counts(int places) {
      there = new int[places];
      inHand = new int[places];
    }

    boolean areZero() {
      return Arrays.stream(there).allMatch(count -> count == 0)
          && Arrays.stream(inHand).allMatch(count -> count == 0);
    }
  }

  private final Map<Key, Counts> keys = new HashMap<>();
  private final int places;

  /**
   * @param retryTopics how many there are
   */
  KeysAside(int retryTopics) {
    this.places = retryTopics + 1;
  }

  /** One more lies at a place, or is going to. */
  public void goesTo(byte[] key, int place) {
    counts(key).there[place]++;
  }

  /** One that lies at a place was read, and is worked on. */
  void taken(byte[] key, int place) {
    Counts counts = counts(key);
    if (counts.there[place] == counts.inHand[place]) {
      counts.there[place]++; // somebody else has written it there
    }
    counts.inHand[place]++;
  }

  /** What is in hand of it takes its time: who comes behind doesn't wait, until one has left. */
  void takesLong(byte[] key) {
    counts(key).takesLong = true;
  }

  /** One that was taken at a place has ended, or went on from there. */
  void hasLeft(byte[] key, int place) {
    var known = new Key(key);
    Counts counts = counts(key);
    counts.there[place]--;
    counts.inHand[place]--;
    counts.takesLong = false;
    if (counts.areZero()) {
      keys.remove(known);
    }
  }

  /** What is ahead of a record at a place. */
  Ahead ahead(byte[] key, int place) {
    if (keys.isEmpty()) {
      return Ahead.Nothing; // as nearly always: spares the key's hash
    }
    Counts counts = keys.get(new Key(key));
    if (counts == null) {
      return Ahead.Nothing;
    }
    int there = 0;
    int inHand = 0;
    for (int later = place + 1; later < places; later++) {
      there += counts.there[later];
      inHand += counts.inHand[later];
    }
    if (there == 0) {
      return Ahead.Nothing;
    }
    return there == inHand && !counts.takesLong ? Ahead.InHand : Ahead.Lies;
  }

  /** Keys of which records are aside; for tests. */
  int size() {
    return keys.size();
  }

  private Counts counts(byte[] key) {
    return keys.computeIfAbsent(new Key(key), any -> new Counts(places));
  }
}
