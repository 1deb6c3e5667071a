package dev.kafkaapibridge.operator.strimzi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.certificates.PemCertificates;
import dev.kafkaapibridge.api.derived.BootstrapServers;
import dev.kafkaapibridge.operator.kube.CleanText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A listener of a Kafka cluster, as the cluster's resource has it: its address and certificates
 * from the status, its TLS and how it asks who comes from the spec. Pure. The resource may be
 * another tenant's, so nothing of it is taken that is not what it should be.
 */
public sealed interface Listener {

  /**
   * @param cluster that it is of
   * @param certificates whom its brokers are to be trusted by, in PEM; empty: the public ones,
   *     which is taken of listeners alone that lead out of the cluster
   * @param asks the listener's own word for how it asks who comes; empty: it doesn't
   */
  record Found(
      ClusterName cluster,
      String name,
      String bootstrapServers,
      boolean tls,
      String certificates,
      String asks)
      implements Listener {}

  /**
   * @param reason of the condition ResolvedRefs
   * @param message with the fix, without a full stop
   */
  record Missing(String reason, String message) implements Listener {}

  /** As in the CRD, for what is read here goes where that goes. */
  int MOST_SERVERS = 2048;

  /** Types of listeners that may have certificates of a public authority. */
  Set<String> LEADING_OUT = Set.of("route", "ingress", "loadbalancer");

  /** A ConfigMap, of 1 MiB, has room for it beside a million bytes of the bridge's files. */
  int MOST_CERTIFICATES = 40 * 1024;

  /**
   * @param kafka the resource, spec and status
   * @param from the namespace of who asks: of another one's cluster no more is told than is needed
   * @param wanted its name; null: the only internal one
   */
  static Listener of(JsonNode kafka, ClusterName cluster, String from, @Nullable String wanted) {
    List<JsonNode> declared = list(kafka.at("/spec/kafka/listeners"));
    if (wanted != null) {
      return declared.stream()
          .filter(one -> name(one).equals(wanted))
          .findFirst()
          .map(one -> told(kafka, cluster, from, one))
          .orElseGet(() ->
              new Missing(
                  "ListenerNotFound",
                  "%s has no listener '%s'; it has %s (spec.kafka.strimziClusterRef.listener)"
                      .formatted(cluster, wanted, names(declared))));
    }
    List<JsonNode> internal =
        declared.stream().filter(one -> one.path("type").asText().equals("internal")).toList();
    return switch (internal.size()) {
      case 1 -> told(kafka, cluster, from, internal.getFirst());
      case 0 ->
          new Missing(
              "ListenerNotFound",
              "%s has no internal listener; it has %s: name one (spec.kafka.strimziClusterRef.listener)"
                  .formatted(cluster, names(declared)));
      default ->
          new Missing(
              "ListenerNotFound",
              "%s has several internal listeners, %s: name one (spec.kafka.strimziClusterRef.listener)"
                  .formatted(cluster, names(internal)));
    };
  }

  private static Listener told(
      JsonNode kafka, ClusterName cluster, String from, JsonNode declared) {
    String name = name(declared);
    Optional<JsonNode> told =
        list(kafka.at("/status/listeners")).stream()
            .filter(one -> name(one).equals(name))
            .findFirst();
    if (told.isEmpty()) {
      return new Missing(
          "KafkaNotReady",
          "%s doesn't tell the address of listener '%s' yet%s: it is waited for"
              .formatted(cluster, name, cluster.namespace().equals(from) ? whyNot(kafka) : ""));
    }
    String servers = told.get().path("bootstrapServers").asText();
    if (!isAddress(servers)) {
      return new Missing(
          "KafkaNotReady",
          "%s tells no address of listener '%s' that can be used: see its status"
              .formatted(cluster, name));
    }
    boolean tls = declared.path("tls").asBoolean();
    String certificates =
        list(told.get().path("certificates")).stream()
            .map(one -> one.asText().strip() + "\n")
            .collect(Collectors.joining());
    boolean unusable =
        certificates.length() > MOST_CERTIFICATES
            || !certificates.isEmpty() && PemCertificates.in(certificates).isEmpty();
    return tls && (unusable || certificates.isEmpty() && !mayBePublic(declared))
        ? new Missing(
            "KafkaNotReady",
            "%s tells no certificates of listener '%s' that can be used: see its status"
                .formatted(cluster, name))
        : new Found(
            cluster,
            name,
            servers,
            tls,
            tls ? certificates : "",
            CleanText.of(declared.at("/authentication/type").asText(), 63));
  }

  /**
   * Whether no certificates can mean that public authorities vouch for it. Of a listener inside the
   * cluster they don't: there they are not told yet, and to trust the public ones would cut off who
   * is connected.
   */
  private static boolean mayBePublic(JsonNode declared) {
    return LEADING_OUT.contains(declared.path("type").asText());
  }

  private static boolean isAddress(String servers) {
    return servers.length() <= MOST_SERVERS && BootstrapServers.areSound(servers);
  }

  /** What Strimzi says of it, if anything. */
  private static String whyNot(JsonNode kafka) {
    return list(kafka.at("/status/conditions")).stream()
        .filter(condition ->
            condition.path("type").asText().equals("NotReady")
                || condition.path("type").asText().equals("Ready")
                    && condition.path("status").asText().equals("False"))
        .map(condition -> CleanText.of(condition.path("message").asText(), 200))
        .filter(message -> !message.isEmpty())
        .findFirst()
        .map(message -> " (" + message.replaceFirst("[.]$", "") + ")")
        .orElse("");
  }

  private static String names(List<JsonNode> listeners) {
    return listeners.isEmpty()
        ? "none"
        : listeners.stream()
            .limit(10)
            .map(one -> "'" + name(one) + "'")
            .collect(Collectors.joining(", "));
  }

  private static String name(JsonNode listener) {
    return CleanText.of(listener.path("name").asText(), 63);
  }

  private static List<JsonNode> list(JsonNode array) {
    return array.isArray() ? StreamSupport.stream(array.spliterator(), false).toList() : List.of();
  }
}
