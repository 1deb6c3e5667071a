package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The CRD as it lies on the class path: the one source of what a KafkaApiBridge may say. */
public final class BridgeSchema {

  public static final String GROUP = "kafka-api-bridge.dev";
  public static final String VERSION = "v1alpha1";
  public static final String API_VERSION = GROUP + "/" + VERSION;
  public static final String KIND = "KafkaApiBridge";
  public static final String RESOURCE = "/dev/kafkaapibridge/api/kafkaapibridges.yaml";

  /** The same, written by the build: read at each start of a pod, and quickly. */
  private static final String AS_JSON = "/dev/kafkaapibridge/api/kafkaapibridges.json";

  private static final JsonNode CRD = load(AS_JSON);

  private BridgeSchema() {}

  /** The whole CustomResourceDefinition. */
  public static JsonNode crd() {
    return CRD;
  }

  /** The OpenAPI schema of the served version. */
  public static JsonNode schema() {
    return CRD.at("/spec/versions/0/schema/openAPIV3Schema");
  }

  static JsonNode load(String resource) {
    try (InputStream in = BridgeSchema.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the class path");
      }
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
