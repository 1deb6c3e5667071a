package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;

/** The CRD as it lies on the class path: the one source of what a KafkaApiBridgeReplay may say. */
public final class ReplaySchema {

  public static final String KIND = "KafkaApiBridgeReplay";
  public static final String PLURAL = "kafkaapibridgereplays";
  public static final String RESOURCE = "/dev/kafkaapibridge/api/kafkaapibridgereplays.yaml";

  private static final JsonNode CRD =
      BridgeSchema.load("/dev/kafkaapibridge/api/kafkaapibridgereplays.json");

  private ReplaySchema() {}

  /** The whole CustomResourceDefinition. */
  public static JsonNode crd() {
    return CRD;
  }

  /** The OpenAPI schema of the served version. */
  public static JsonNode schema() {
    return CRD.at("/spec/versions/0/schema/openAPIV3Schema");
  }
}
