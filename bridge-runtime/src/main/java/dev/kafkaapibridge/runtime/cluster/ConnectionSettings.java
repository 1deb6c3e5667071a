package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import java.util.HashMap;
import java.util.Map;

/** From the spec to the settings that consumer, producer and admin client share. Pure. */
public final class ConnectionSettings {

  private ConnectionSettings() {}

  /** A new map, which the caller may add to. */
  public static Map<String, Object> of(KafkaSpec kafka, String clientId) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", String.valueOf(kafka.bootstrapServers()));
    settings.put("client.id", clientId);
    settings.put("enable.metrics.push", false);
    // Some hundred MBeans for each client, which nobody reads: the process has no JMX port.
    settings.put("metric.reporters", "");
    return settings;
  }
}
