package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.refs.References;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

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
    Who who = Who.of(kafka.authentication(), refs);
    settings.put(
        "security.protocol", (who == null ? "" : "SASL_") + (files == null ? "PLAINTEXT" : "SSL"));
    if (files != null) {
      settings.put("ssl.engine.factory.class", BrokerTls.class);
      settings.put(BrokerTls.FILES, files);
    }
    if (who != null) {
      settings.put("sasl.mechanism", who.mechanism());
      settings.putAll(who.settings());
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

  /**
   * Empty: nothing is missing. May wait for some seconds, for what has to be asked for.
   *
   * @param settings that were made here
   */
  public static Optional<Missing> missing(Map<String, Object> settings) {
    if (settings.get(BrokerLogin.WHO) instanceof Who who) {
      Optional<String> why = who.missing();
      if (why.isPresent()) {
        return why.map(sentence -> new Missing("AuthenticationFailed", sentence));
      }
    }
    return settings.get(BrokerTls.FILES) instanceof BrokerTls.Files files
        ? files.missing()
        : Optional.empty();
  }
}
