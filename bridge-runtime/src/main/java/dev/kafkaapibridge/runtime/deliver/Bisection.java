package dev.kafkaapibridge.runtime.deliver;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In what parts a batch is sent that was refused as a whole: halves, in order, until the culprit
 * stands alone. Where the first half is accepted the culprit is in the second, which is halved
 * without being sent; so one among n costs at most 2 log2 n + 2 requests. Pure but for the parts
 * that are left; owned by the batch's thread.
 *
 * @param <T> members
 * @param <S> what a part has been through, which its halves go on with
 */
final class Bisection<T, S> {

  /** Some members of a batch, in order. */
  static final class Part<T, S> {
    private final List<T> members;
    private final S state;
    private boolean suspect;

    /** The half behind it, while the culprit is in one of the two; else null. */
    private @Nullable Part<T, S> other;

    Part(List<T> members, S state) {
      this.members = members;
      this.state = state;
    }

    List<T> members() {
      return members;
    }

    S state() {
      return state;
    }
  }

  /** How the halves of a part go on with what it has been through. */
  interface Halving<S> {
    S of(S state);
  }

  private final ArrayDeque<Part<T, S>> parts = new ArrayDeque<>();
  private final Halving<S> halving;

  Bisection(List<T> members, S state, Halving<S> halving) {
    this.halving = halving;
    parts.add(new Part<>(members, state));
  }

  /** What is to be sent next; null: nothing. */
  @Nullable Part<T, S> next() {
    while (true) {
      Part<T, S> part = parts.peek();
      if (part == null || !part.suspect || part.members.size() < 2) {
        return part;
      }
      split(true);
    }
  }

  /** The first part has ended, whatever its end. */
  void ended(boolean accepted) {
    Part<T, S> part = parts.remove();
    if (accepted && part.other != null) {
      part.other.suspect = true;
    }
  }

  /**
   * The first part, of two members at the least, goes on in halves.
   *
   * @param culprit whether somebody in it is known to be to blame, not its size or chance
   */
  void split(boolean culprit) {
    Part<T, S> whole = parts.remove();
    int half = whole.members.size() / 2;
    var first = new Part<T, S>(whole.members.subList(0, half), halving.of(whole.state));
    var second =
        new Part<T, S>(whole.members.subList(half, whole.members.size()), halving.of(whole.state));
    first.other = culprit ? second : null;
    parts.push(second);
    parts.push(first);
  }
}
