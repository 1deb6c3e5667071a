package dev.kafkaapibridge.operator.strimzi;

/** Which {@code Kafka} resource. */
public record ClusterName(String namespace, String name) {

  /** As people are told. */
  @Override
  public String toString() {
    return "Kafka '%s/%s'".formatted(namespace, name);
  }
}
