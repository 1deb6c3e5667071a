package dev.kafkaapibridge.runtime.answer;

import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;

/** The value of an answer with {@code format: Body}. Pure. */
final class AnswerBody {

  private static final byte[] NOTHING = new byte[0];

  private AnswerBody() {}

  /** Empty where there was no body; never null, which would be a tombstone. */
  static byte[] of(Verdict last) {
    KeptAnswer answer = last.clues().kept();
    return answer == null ? NOTHING : answer.body();
  }
}
