package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.quota.RateLimit;
import org.jspecify.annotations.Nullable;

/** What a bridge is like whose author has written next to nothing. */
final class Defaults {

  /** The CRD's own defaults, as the validator fills them in. */
  static final DeliverySpec DELIVERY = delivery();

  private Defaults() {}

  private static DeliverySpec delivery() {
    String yaml =
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: simulated}
        spec: {kafka: {bootstrapServers: 'kafka:9092', topics: [records]}, target: {http: {url: 'http://api'}}}
        """;
    return switch (BridgeFile.read(yaml)) {
      case BridgeFile.Reading.Sound sound -> sound.bridge().spec().delivery();
      case BridgeFile.Reading other -> throw new IllegalStateException(other.toString());
    };
  }

  /**
   * What somebody writes who was told so many requests a second: whole numbers a second; below 20,
   * ten seconds' worth with a second's burst, for no fraction can be written.
   *
   * @param perSecond null: nothing was declared
   */
  static @Nullable RateLimit rateLimit(@Nullable Double perSecond) {
    if (perSecond == null) {
      return null;
    }
    if (perSecond >= 20) {
      return new RateLimit((long) Math.floor(perSecond), 1_000_000, 0, false, RateLimit.AUTO);
    }
    long inTen = Math.max(1, (long) Math.floor(perSecond * 10));
    return new RateLimit(
        inTen, 10_000_000, Math.max(1, (long) Math.floor(perSecond)), false, RateLimit.AUTO);
  }
}
