package dev.kafkaapibridge.operator.quota;

import java.util.List;

/** What a bridge gets of a limit that it shares. */
public sealed interface Portion {

  /** How many bridges share the limit by now. */
  int bridges();

  /** The limit that they share. */
  Terms whole();

  /**
   * It may send this much.
   *
   * @param waitsFor bridges that hold more than their part still, so that this one has not all of
   *     its own
   */
  record Part(Terms terms, Terms whole, int bridges, List<String> waitsFor) implements Portion {}

  /**
   * It may send nothing yet, so no pod of it runs.
   *
   * @param waitsFor bridges that hold more than their part; empty: the limit has less requests than
   *     there are bridges, or somebody is gone whose calls still count
   */
  record None(Terms whole, int bridges, List<String> waitsFor) implements Portion {}
}
