package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.List;

/**
 * How many records of a call the target has accepted, and how many it has refused; of others its
 * answer says neither. Pure.
 */
record Heard(int accepted, int refused) {

  /** Of records that all share a verdict. */
  static Heard of(Verdict verdict, int records) {
    return new Heard(
        verdict instanceof Verdict.Accepted ? records : 0,
        verdict instanceof Verdict.RecordRefused ? records : 0);
  }

  /** Of records that have a verdict each. */
  static Heard of(List<Verdict> verdicts) {
    int accepted = 0;
    int refused = 0;
    for (Verdict verdict : verdicts) {
      accepted += verdict instanceof Verdict.Accepted ? 1 : 0;
      refused += verdict instanceof Verdict.RecordRefused ? 1 : 0;
    }
    return new Heard(accepted, refused);
  }

  Heard withoutRefused() {
    return new Heard(accepted, 0);
  }
}
