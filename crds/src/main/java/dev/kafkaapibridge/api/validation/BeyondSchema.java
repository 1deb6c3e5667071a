package dev.kafkaapibridge.api.validation;

import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.v1alpha1.CircuitBreakerSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.NetworkPolicySpec;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.api.v1alpha1.ResponseSpec;
import dev.kafkaapibridge.api.v1alpha1.SchemaRegistrySpec;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What no schema and no rule of the CRD can see: names that are derived, numbers inside strings,
 * what Java understands otherwise than the API server. Operator and runtime refuse these in the
 * same words.
 */
final class BeyondSchema {

  private static final Pattern HOST =
      Pattern.compile(
          "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*[.]?");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+*-]+\\s*(;.*)?");

  private static final Pattern METADATA_NAME = Pattern.compile("[a-z0-9._-]+");
  private static final Set<String> OF_THE_PROTOCOL =
      Set.of("content-type", "accept-encoding", "content-encoding");

  private BeyondSchema() {}

  static List<Violation> check(KafkaApiBridge bridge) {
    var violations = new ArrayList<Violation>();
    kafka(bridge, violations);
    registry(bridge.spec().record(), violations);
    HttpSpec http = bridge.spec().target().http();
    if (http != null) {
      http(http, violations);
      proxy(http, violations);
    }
    GrpcSpec grpc = bridge.spec().target().grpc();
    if (grpc != null) {
      grpc(grpc, violations);
      if (isBySchema(bridge.spec().record()) && grpc.payload() != GrpcSpec.Payload.JSONToProtobuf) {
        violations.add(
            new Violation(
                "spec.target.grpc.payload",
                "Invalid value: \"ProtobufPassthrough\": by a schema values become JSON, which is no message",
                "set it to JSONToProtobuf"));
      }
    }
    UserExpressions.check(bridge.spec(), violations);
    return violations;
  }

  private static void kafka(KafkaApiBridge bridge, List<Violation> violations) {
    KafkaSpec kafka = bridge.spec().kafka();
    String servers = kafka.bootstrapServers();
    if (servers != null) {
      for (String server : servers.split(",", -1)) {
        if (!isPort(server.substring(server.lastIndexOf(':') + 1))) {
          violations.add(
              new Violation(
                  "spec.kafka.bootstrapServers",
                  "Invalid value: \"" + server + "\": a port is between 1 and 65535"));
        }
      }
    }
    if (kafka.bindingSecretRef() != null
        && bridge.spec().networkPolicy().mode() == NetworkPolicySpec.Mode.IngressAndEgress) {
      violations.add(
          new Violation(
              "spec.networkPolicy.mode",
              "Invalid value: \"IngressAndEgress\": the brokers' ports stand in the Secret of spec.kafka.bindingSecretRef, which the operator doesn't read for it",
              "set IngressOnly, or write bootstrapServers"));
    }
    String pattern = kafka.topicPattern();
    if (pattern != null) {
      try {
        Pattern.compile(pattern);
      } catch (PatternSyntaxException e) {
        violations.add(
            new Violation(
                "spec.kafka.topicPattern",
                "Invalid value: \""
                    + pattern
                    + "\": "
                    + e.getDescription()
                    + ", for Kafka's client, which reads it as a Java expression",
                "write what both RE2 and Java understand"));
      }
    }
    ownTopics(bridge, violations);
  }

  /** None of them may be read, nor take answers. */
  private static void ownTopics(KafkaApiBridge bridge, List<Violation> violations) {
    DeliverySpec delivery = bridge.spec().delivery();
    String group = DerivedNames.consumerGroup(bridge);
    boolean deadLetters =
        delivery.onRefused() == DeliverySpec.OnRefused.DeadLetter
            || delivery.onExhausted() == DeliverySpec.OnExhausted.DeadLetter
            || delivery.circuitBreaker().onOpen() == CircuitBreakerSpec.OnOpen.DeadLetter;
    var own = new LinkedHashMap<String, String>();
    if (deadLetters) {
      own.put(DerivedNames.deadLetterTopic(delivery, group), "dead-letter topic");
    }
    DerivedNames.retryTopics(delivery, group).forEach(topic -> own.put(topic, "retry topic"));
    ResponseSpec response = bridge.spec().response();
    own.forEach((topic, what) -> {
      if (bridge.spec().kafka().topics().contains(topic)) {
        violations.add(
            new Violation(
                "spec.kafka.topics",
                "Invalid value: \"%s\": it is this bridge's own %s (it would create a loop)"
                    .formatted(topic, what),
                what.equals("retry topic")
                    ? "read others, or choose another spec.kafka.consumerGroup, after which it is named"
                    : "name another with spec.delivery.deadLetter.topic"));
      }
      if (response != null && response.topic().equals(topic)) {
        violations.add(
            new Violation(
                "spec.response.topic",
                "Invalid value: \"%s\": it is this bridge's own %s".formatted(topic, what),
                "name another"));
      }
    });
  }

  private static boolean isBySchema(RecordSpec record) {
    return switch (record.valueFormat()) {
      case Avro, Protobuf, JsonSchema -> true;
      case Raw, String, JSON -> false;
    };
  }

  private static void registry(RecordSpec record, List<Violation> violations) {
    SchemaRegistrySpec registry = record.schemaRegistry();
    if (registry == null) {
      return;
    }
    URI url;
    try {
      url = URI.create(registry.url());
    } catch (IllegalArgumentException e) {
      violations.add(
          new Violation(
              "spec.record.schemaRegistry.url",
              "Invalid value: \"" + registry.url() + "\": it is no address",
              "write it as https://registry.example.com"));
      return;
    }
    if (url.getPort() > 65535 || url.getPort() == 0) {
      violations.add(
          new Violation(
              "spec.record.schemaRegistry.url",
              "Invalid value: \"" + registry.url() + "\": a port is between 1 and 65535"));
    } else if (url.getHost() == null || !isHost(url.getHost())) {
      violations.add(
          new Violation(
              "spec.record.schemaRegistry.url",
              "Invalid value: \""
                  + registry.url()
                  + "\": its host is neither a name nor an address"));
    }
  }

  private static void http(HttpSpec http, List<Violation> violations) {
    String contentType = http.body().contentType();
    if (contentType != null && !MEDIA_TYPE.matcher(contentType).matches()) {
      violations.add(
          new Violation(
              "spec.target.http.body.contentType",
              "Invalid value: \"" + contentType + "\": it is no media type",
              "write it as application/json"));
    }
    // Placeholders are no part of the address.
    URI url;
    try {
      url = URI.create(http.url().replaceAll("[{][^}]*[}]", "x"));
    } catch (IllegalArgumentException e) {
      violations.add(
          new Violation(
              "spec.target.http.url",
              "Invalid value: \"" + http.url() + "\": it is no address",
              "write it as https://api.example.com/v1/orders"));
      return;
    }
    if (url.getPort() > 65535 || url.getPort() == 0) {
      violations.add(
          new Violation(
              "spec.target.http.url",
              "Invalid value: \"" + http.url() + "\": a port is between 1 and 65535"));
    } else if (url.getHost() == null || !isHost(url.getHost())) {
      violations.add(
          new Violation(
              "spec.target.http.url",
              "Invalid value: \"" + http.url() + "\": its host is neither a name nor an address"));
    }
  }

  private static void proxy(HttpSpec http, List<Violation> violations) {
    String proxy = http.proxyURL();
    if (proxy == null) {
      return;
    }
    int port = URI.create(proxy).getPort();
    if (port == 0 || port > 65535) {
      violations.add(
          new Violation(
              "spec.target.http.proxyURL",
              "Invalid value: \"" + proxy + "\": a port is between 1 and 65535"));
    }
    if (http.httpVersion() == HttpSpec.HttpVersion.HTTP2 && http.url().startsWith("http:")) {
      violations.add(
          new Violation(
              "spec.target.http.httpVersion",
              "Invalid value: \"HTTP2\": without TLS it can't go through a proxy",
              "set it to HTTP1, or use https"));
    }
  }

  private static void grpc(GrpcSpec grpc, List<Violation> violations) {
    String address = grpc.address();
    int colon = address.lastIndexOf(':');
    if (!isPort(address.substring(colon + 1))) {
      violations.add(
          new Violation(
              "spec.target.grpc.address",
              "Invalid value: \"" + address + "\": a port is between 1 and 65535"));
    } else if (!isHost(address.substring(0, colon))) {
      violations.add(
          new Violation(
              "spec.target.grpc.address",
              "Invalid value: \"" + address + "\": its host is neither a name nor an address"));
    }
    for (int i = 0; i < grpc.metadata().size(); i++) {
      String name = grpc.metadata().get(i).name().toLowerCase(Locale.ROOT);
      if (!METADATA_NAME.matcher(name).matches() || OF_THE_PROTOCOL.contains(name)) {
        violations.add(
            new Violation(
                "spec.target.grpc.metadata[" + i + "].name",
                "Invalid value: \"" + name + "\": gRPC takes no metadata of that name",
                "letters, digits, '.', '_' and '-' may stand in it; content-type, accept-encoding and content-encoding are the protocol's"));
      }
    }
  }

  private static boolean isHost(String host) {
    if (!host.startsWith("[")) {
      return HOST.matcher(host).matches();
    }
    try {
      return InetAddress.ofLiteral(host.substring(1, host.length() - 1)).getAddress().length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isPort(String text) {
    int port = Integer.parseInt(text);
    return port >= 1 && port <= 65535;
  }
}
