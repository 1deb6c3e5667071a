package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.refs.References;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From the spec to the settings that consumer, producer and admin client share. No password and no
 * key is among them: who needs one reads its file, at each new connection ({@link BrokerLogin},
 * {@link BrokerTls}).
 */
public final class ConnectionSettings {

  private ConnectionSettings() {}

  /** A new map, which the caller may add to. */
  public static Map<String, Object> of(KafkaSpec kafka, String clientId, References refs) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", String.valueOf(kafka.bootstrapServers()));
    settings.put("client.id", clientId);
    settings.put("enable.metrics.push", false);
    // Some hundred MBeans for each client, which nobody reads: the process has no JMX port.
    settings.put("metric.reporters", "");
    BrokerTls.Files files = BrokerTls.Files.of(kafka, refs);
    BrokerLogin.Who who = login(kafka.authentication(), refs);
    settings.put(
        "security.protocol", (who == null ? "" : "SASL_") + (files == null ? "PLAINTEXT" : "SSL"));
    if (files != null) {
      settings.put("ssl.engine.factory.class", BrokerTls.class);
      settings.put(BrokerTls.FILES, files);
    }
    if (who != null) {
      settings.put("sasl.mechanism", who.mechanism());
      settings.put("sasl.jaas.config", who.module() + " required;");
      settings.put("sasl.client.callback.handler.class", BrokerLogin.class);
      settings.put(BrokerLogin.WHO, who);
    }
    return settings;
  }

  /**
   * What has to be there before the brokers can be reached.
   *
   * @param reason of KafkaConnected
   * @param message with the fix
   */
  public record Missing(String reason, String message) {}

  /** Empty: nothing is missing. */
  public static Optional<Missing> missing(KafkaSpec kafka, References refs) {
    BrokerLogin.Who who = login(kafka.authentication(), refs);
    if (who != null && who.password() == null) {
      return Optional.of(new Missing("AuthenticationFailed", who.missing()));
    }
    BrokerTls.Files files = BrokerTls.Files.of(kafka, refs);
    return files == null ? Optional.empty() : files.missing();
  }

  private static BrokerLogin.@Nullable Who login(
      @Nullable KafkaAuthenticationSpec authentication, References refs) {
    if (authentication == null) {
      return null;
    }
    return switch (authentication.type()) {
      case ScramSha512 -> BrokerLogin.Who.scram("SCRAM-SHA-512", authentication, refs);
      case ScramSha256 -> BrokerLogin.Who.scram("SCRAM-SHA-256", authentication, refs);
      case Plain -> BrokerLogin.Who.plain(authentication, refs);
      case MutualTLS -> null;
      case OAuthBearer, AWSIAM ->
          throw new IllegalArgumentException(
              "what the check before has refused: " + authentication.type());
    };
  }
}
