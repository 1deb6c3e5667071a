package dev.kafkaapibridge.runtime.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.kafkaapibridge.api.v1alpha1.ObservabilitySpec.LogLevel;
import org.slf4j.LoggerFactory;

/**
 * What {@code spec.observability.logLevel} lets into the log: lines of our own, and with Trace
 * those of the Kafka clients, which hide what they are given as passwords. Lines of other libraries
 * about requests never: they would show headers.
 */
public final class LogLevels {

  private LogLevels() {}

  public static void set(LogLevel level) {
    of("dev.kafkaapibridge").setLevel(Level.toLevel(level.name()));
    if (level == LogLevel.Trace) {
      of("org.apache.kafka").setLevel(Level.DEBUG);
    }
  }

  private static Logger of(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
