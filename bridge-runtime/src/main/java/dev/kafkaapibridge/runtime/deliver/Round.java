package dev.kafkaapibridge.runtime.deliver;

/**
 * What becomes of the calls that begin from now on, so many of them: all of them, also those that
 * take longest, or an API whose failures are timeouts would look well for as long as those last.
 * Counts, and decides nothing. No clock, no threads; owned by {@link CallsAtOnce}.
 */
final class Round {

  /**
   * What is to be looked at.
   *
   * @param calls to count, at the least
   * @param generations calls that are counted for each that is under way when it begins; 0: no more
   *     than {@code calls}
   * @param fewestAtOnce a call counts that makes at least so many under way; others count apart,
   *     and only where too many of them fail: that fewer go well says nothing
   * @param failing share of the calls; where it is exceeded, nothing more needs to be seen
   * @param hasty once that is so, though failures may only be what ends soonest
   */
  record Look(int calls, int generations, int fewestAtOnce, double failing, boolean hasty) {}

  /**
   * What was seen.
   *
   * @param calls that have begun, without those that said nothing of the target
   * @param most calls under way at once when one of them began, that one included
   * @param acceptedAtOnce accepted calls under way, on average; 0: none was accepted at all
   */
  record Seen(int calls, int accepted, int failed, int most, double acceptedAtOnce) {

    double failing() {
      return calls == 0 ? 0 : (double) failed / calls;
    }

    /** If those fail, too, that have not ended. */
    double failingAtMost() {
      return calls == 0 ? 0 : (double) (calls - accepted) / calls;
    }
  }

  /** Fewer failures are chance. */
  static final int SOME = 3;

  /** Number of a call that counts apart. */
  static final int APART = -1;

  private static final int FIRST = 10;

  private final Look look;
  private int size;

  /** So many must have ended before any verdict: the first of them, whatever becomes of them. */
  private int first;

  private int firstEnded;
  private int begun;
  private int ended;
  private int silent;
  private int accepted;
  private int failed;
  private int most;
  private long from;
  private long to;
  private double acceptedNanos;
  private int apart;
  private int acceptedApart;
  private int failedApart;
  private int mostApart;
  private long apartFrom;
  private long apartTo;

  Round(Look look) {
    this.look = look;
  }

  /**
   * A call begins.
   *
   * @param atOnce calls under way, this one included
   * @return its number in this round, from 1; {@link #APART}; 0: it doesn't count
   */
  int begins(int atOnce, long now) {
    if (atOnce < look.fewestAtOnce()) {
      if (apart++ == 0) {
        apartFrom = now;
      }
      mostApart = Math.max(mostApart, atOnce);
      return APART;
    }
    if (size > 0 && begun >= size) {
      return 0;
    }
    if (begun == 0) {
      size = Math.max(look.calls(), look.generations() * atOnce);
      first = look.hasty() ? 0 : Math.min(size / 2, Math.max(FIRST, atOnce));
      from = now;
    }
    most = Math.max(most, atOnce);
    return ++begun;
  }

  void accepted(int number, long took, long now) {
    acceptedNanos += took;
    if (number == APART) {
      acceptedApart++;
      apartTo = now;
    } else {
      accepted++;
      ends(number, now);
    }
  }

  void failed(int number, long now) {
    if (number == APART) {
      failedApart++;
      apartTo = now;
    } else {
      failed++;
      ends(number, now);
    }
  }

  /** It says nothing of what the target can do: another is counted in its place. */
  void saysNothing(int number, long now) {
    if (number == APART) {
      apart--;
    } else {
      silent++;
      size++;
      ends(number, now);
    }
  }

  private void ends(int number, long now) {
    ended++;
    to = now;
    if (number <= first) {
      firstEnded++;
    }
  }

  /** Whether it has shown what there was to see. */
  boolean isOver() {
    boolean all = size > 0 && ended >= size;
    boolean tooMany =
        failed >= SOME && failed > look.failing() * (size - silent) && firstEnded >= first;
    return all || tooMany || failsApart();
  }

  /** Whether some failed and some were accepted, however many were under way. */
  boolean isMixed() {
    return failed + failedApart >= SOME && acceptedNanos > 0;
  }

  private boolean failsApart() {
    int known = acceptedApart + failedApart;
    return known >= look.calls() && failedApart > look.failing() * known;
  }

  Seen seen() {
    if (failsApart()) {
      double span = Math.max(1, apartTo - apartFrom);
      return new Seen(apart, acceptedApart, failedApart, mostApart, acceptedNanos / span);
    }
    return new Seen(
        begun - silent, accepted, failed, most, to > from ? acceptedNanos / (to - from) : 0);
  }
}
