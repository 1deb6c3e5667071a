package dev.kafkaapibridge.operator.quota;

import java.util.List;

/** What a bridge gets of a limit that it shares. */
public sealed interface Portion {

  /**
   * It may send this much.
   *
   * @param limit name of the limit
   * @param whole what all that share it may send together
   * @param bridges how many share it by now
   * @param waitsFor bridges that hold more than their part still, while this one has not all of its
   *     own
   */
  record Part(String limit, Terms terms, Terms whole, int bridges, List<String> waitsFor)
      implements Portion {

    /** As it stands on pods: whoever looks for what is held reads it there. */
    public String written() {
      return limit + " " + terms.written();
    }
  }

  /**
   * It may send nothing yet, so no pod of it is started.
   *
   * @param message says why, and what ends it
   */
  record None(String message) implements Portion {}
}
