package dev.kafkaapibridge.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No field of the spec is ignored in silence: each one is served by code, or its use is refused.
 * Whoever adds a field decides which, here.
 */
class EveryFieldTest {

  /** Served by the runtime. */
  private static final List<String> RUNTIME =
      List.of(
          "spec.state", // Stopped is the operator's
          "spec.kafka.bootstrapServers",
          "spec.kafka.bindingSecretRef",
          "spec.kafka.topics",
          "spec.kafka.topicPattern",
          "spec.kafka.consumerGroup",
          "spec.kafka.startFrom",
          "spec.kafka.startTimestamp",
          "spec.kafka.onOffsetOutOfRange",
          "spec.kafka.groupProtocol",
          "spec.kafka.isolationLevel",
          "spec.kafka.consumerConfig",
          "spec.kafka.tls",
          "spec.kafka.authentication.username",
          "spec.kafka.authentication.passwordSecretKeyRef",
          "spec.kafka.authentication.certificateSecretRef",
          "spec.record.keyFormat",
          "spec.record.valueFormat",
          "spec.record.schemaRegistry",
          "spec.record.filter",
          "spec.record.tombstones",
          "spec.target.http.url",
          "spec.target.http.method",
          "spec.target.http.headers[].name",
          "spec.target.http.headers[].value",
          "spec.target.http.headers[].secretKeyRef",
          "spec.target.http.headers[].recordHeader",
          "spec.target.http.headers[].template",
          "spec.target.http.authentication.type",
          "spec.target.http.authentication.credentialTransport",
          "spec.target.http.authentication.basic",
          "spec.target.http.authentication.bearerToken",
          "spec.target.http.authentication.apiKey",
          "spec.kafka.authentication.oauth2",
          "spec.target.http.authentication.oauth2",
          "spec.target.http.authentication.mutualTLS",
          "spec.target.http.authentication.serviceAccountToken",
          "spec.target.http.signing",
          "spec.target.http.body",
          "spec.target.http.compression",
          "spec.target.http.idempotencyKey",
          "spec.target.http.successStatusCodes",
          "spec.target.http.responseRules",
          "spec.target.http.httpVersion",
          "spec.target.http.redirects",
          "spec.target.http.proxyURL",
          "spec.target.http.tls",
          "spec.target.http.requestTimeout",
          "spec.target.http.connectTimeout",
          "spec.target.http.maxResponseBytes",
          "spec.target.grpc.address",
          "spec.target.grpc.service",
          "spec.target.grpc.method",
          "spec.target.grpc.authentication.type",
          "spec.target.grpc.authentication.credentialTransport",
          "spec.target.grpc.authentication.basic",
          "spec.target.grpc.authentication.bearerToken",
          "spec.target.grpc.authentication.apiKey",
          "spec.target.grpc.authentication.oauth2",
          "spec.target.grpc.authentication.mutualTLS",
          "spec.target.grpc.authentication.serviceAccountToken",
          "spec.target.grpc.mode",
          "spec.target.grpc.stream",
          "spec.target.grpc.payload",
          "spec.target.grpc.descriptorConfigMapKeyRef",
          "spec.target.grpc.serverReflection",
          "spec.target.grpc.responseRules",
          "spec.target.grpc.compression",
          "spec.target.grpc.metadata",
          "spec.target.grpc.deadline",
          "spec.target.grpc.transport",
          "spec.target.grpc.tls",
          "spec.delivery.ordering",
          "spec.delivery.maxInFlight",
          "spec.delivery.batch",
          "spec.delivery.rateLimit.requests",
          "spec.delivery.rateLimit.period",
          "spec.delivery.rateLimit.burst",
          "spec.delivery.rateLimit.scope",
          "spec.delivery.rateLimit.distribution",
          "spec.delivery.retry.maxAttempts",
          "spec.delivery.retry.initialBackoff",
          "spec.delivery.retry.maxBackoff",
          "spec.delivery.rateLimit.adaptive",
          "spec.delivery.retry.multiplier",
          "spec.delivery.retry.jitter",
          "spec.delivery.retry.mode",
          "spec.delivery.retry.topics",
          "spec.delivery.retry.maxRecordAge",
          "spec.delivery.retry.budgetPercent",
          "spec.delivery.retry.httpStatusCodes",
          "spec.delivery.retry.grpcStatusCodes",
          "spec.delivery.retry.retryAfter",
          "spec.delivery.retry.maxRetryAfter",
          "spec.delivery.circuitBreaker",
          "spec.delivery.onExhausted",
          "spec.delivery.onRefused",
          "spec.delivery.deadLetter.topic",
          "spec.delivery.deadLetter.retention",
          "spec.delivery.deadLetter.responseBody",
          "spec.delivery.deadLetter.topicCreation",
          "spec.response",
          "spec.observability.logLevel",
          "spec.observability.payloadLogging");

  /** Served by the operator. */
  private static final List<String> OPERATOR =
      List.of(
          "spec.kafka.strimziClusterRef", // the runtime refuses it: it knows no Kubernetes
          "spec.delivery.rateLimit.shared", // the runtime refuses it: it knows of no other bridge
          "spec.replicas",
          "spec.autoscaling.mode",
          "spec.autoscaling.minReplicas",
          "spec.autoscaling.maxReplicas",
          "spec.autoscaling.targetDrainTime",
          "spec.autoscaling.idleAfter",
          "spec.autoscaling.scaleDownStabilization",
          "spec.deletionPolicy.consumerGroup",
          "spec.networkPolicy",
          "spec.workload");

  /** Without effect by themselves; what would give them one is refused. */
  private static final List<String> ONLY_WITH_ANOTHER =
      List.of(
          "spec.target.http.authentication.serviceAccountToken", // with its type
          "spec.target.grpc.authentication.serviceAccountToken");

  @Test
  void isServedOrItsUseIsRefused() {
    var leaves = new TreeSet<String>();
    collect("spec", BridgeSchema.schema().at("/properties/spec"), leaves);
    assertThat(leaves).hasSizeGreaterThan(150);

    List<String> decided =
        Stream.of(RUNTIME, OPERATOR, ONLY_WITH_ANOTHER, NotYetServed.paths())
            .flatMap(List::stream)
            .toList();
    leaves.removeIf(leaf ->
        decided.stream()
            .anyMatch(path ->
                leaf.equals(path) || leaf.startsWith(path + ".") || leaf.startsWith(path + "[")));
    assertThat(leaves).isEmpty();
  }

  private static void collect(String path, JsonNode schema, TreeSet<String> leaves) {
    JsonNode properties = schema.path("properties");
    if (schema.path("type").asText().equals("array") && schema.path("items").has("properties")) {
      collect(path + "[]", schema.get("items"), leaves);
    } else if (properties.isEmpty()) {
      leaves.add(path);
    } else {
      properties
          .properties()
          .forEach(
              property -> collect(path + "." + property.getKey(), property.getValue(), leaves));
    }
  }
}
