package dev.kafkaapibridge.sandbox.view;

import dev.kafkaapibridge.sandbox.BridgeState;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What there is to see at one moment.
 *
 * @param bridge name of the bridge
 * @param weather what the API does at present, in words
 * @param elapsed since the first record
 * @param produced records that the broker has
 * @param producedPerSecond over the last seconds
 * @param delivered calls that the API accepted
 * @param deliveredPerSecond over the last seconds
 * @param limited answers 429
 * @param limitedPerSecond over the last seconds
 * @param failed answers 5xx, and calls without an answer
 * @param lag records that the group has not committed; empty while unknown
 * @param state what the bridge's status says
 * @param pods of the bridge
 */
public record Snapshot(
    String bridge,
    String weather,
    Duration elapsed,
    long produced,
    double producedPerSecond,
    long delivered,
    double deliveredPerSecond,
    long limited,
    double limitedPerSecond,
    long failed,
    OptionalLong lag,
    BridgeState state,
    List<PodLine> pods) {

  /**
   * A pod as kubectl would print it.
   *
   * @param says what it says of itself; empty where it can't be asked
   */
  public record PodLine(
      String name, String status, boolean ready, int restarts, String address, String says) {}
}
