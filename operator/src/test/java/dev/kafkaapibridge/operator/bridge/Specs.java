package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading;

/** Specs for tests, with their defaults, whether they are served or not. */
final class Specs {

  private Specs() {}

  /** {@code below} stands under {@code spec}. */
  static KafkaApiBridgeSpec of(String below) {
    ObjectNode file = Bridges.read(Bridges.MINIMAL + "  " + below + "\n").asFile();
    if (BridgeFile.read(file) instanceof Reading.Sound(var bridge, var tree)) {
      return bridge.spec();
    }
    throw new AssertionError(below);
  }
}
