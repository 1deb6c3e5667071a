package dev.kafkaapibridge.api.derived;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** What is named after the bridge where its spec names nothing. Pure. */
public final class DerivedNames {

  /** As the CRD allows. */
  private static final int MOST_RETRY_TOPICS = 8;

  private DerivedNames() {}

  /**
   * {@code NAMESPACE.NAME} by default. kubectl puts an object without a namespace into "default",
   * so a file that has none means the same group wherever it is read.
   */
  public static String consumerGroup(KafkaApiBridge bridge) {
    Object namespace = bridge.metadata().getOrDefault("namespace", "default");
    return consumerGroup(
        bridge.spec().kafka(), namespace.toString(), String.valueOf(bridge.metadata().get("name")));
  }

  /** {@code NAMESPACE.NAME} by default. */
  public static String consumerGroup(KafkaSpec kafka, String namespace, String name) {
    return Objects.requireNonNullElse(kafka.consumerGroup(), namespace + "." + name);
  }

  /** Of the replays of a bridge with this group. */
  public static String replayGroup(String group) {
    return group + ".replay";
  }

  /** Scheme, host and port of a gRPC target, for people: {@code grpcs://} with TLS. */
  public static String endpoint(GrpcSpec grpc) {
    String scheme = grpc.transport() == GrpcSpec.Transport.TLS ? "grpcs" : "grpc";
    return scheme + "://" + grpc.address();
  }

  /** {@code GROUP.dlt} by default, whether any policy writes to it or not. */
  public static String deadLetterTopic(DeliverySpec delivery, String group) {
    return Objects.requireNonNullElse(delivery.deadLetter().topic(), group + ".dlt");
  }

  /** {@code GROUP.retry.1} and on, in the order of the spec; none without retry topics. */
  public static List<String> retryTopics(DeliverySpec delivery, String group) {
    return everyRetryTopic(group).subList(0, delivery.retry().topics().size());
  }

  /** All that there can be, whatever the spec says now. */
  public static List<String> everyRetryTopic(String group) {
    return IntStream.rangeClosed(1, MOST_RETRY_TOPICS)
        .mapToObj(position -> group + ".retry." + position)
        .toList();
  }

  /** {@code GROUP.retry}, which reads the retry topics where no order is kept. */
  public static String retryGroup(String group) {
    return group + ".retry";
  }
}
