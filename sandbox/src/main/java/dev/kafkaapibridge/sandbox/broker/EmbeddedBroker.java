package dev.kafkaapibridge.sandbox.broker;

import dev.kafkaapibridge.sandbox.broker.BrokerSettings.Listener;
import dev.kafkaapibridge.sandbox.network.FreePorts;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A real broker in this process: a node that is its own controller, or one beside it. It can stop
 * and come back on the same ports with the same data, as a broker does that is rolled.
 *
 * <p>Start, stop and restart are for one thread; the rest is safe for any.
 */
public final class EmbeddedBroker implements Broker {

  private final BrokerSettings settings;
  private final Topics topics;
  private @Nullable KafkaRaftServer server;

  private EmbeddedBroker(BrokerSettings settings) {
    this.settings = settings;
    this.topics = new Topics(bootstrapServers());
  }

  /** Starts a broker on free ports of 127.0.0.1, with its data in {@code directory}. */
  public static EmbeddedBroker start(Path directory) {
    return start(directory, List.of(), Map.of());
  }

  /**
   * Starts a broker that is also reached at other addresses.
   *
   * @param directory of its data; it is not deleted
   * @param addresses hosts that others connect to, such as this machine's name in a cluster; the
   *     broker then listens on all interfaces, and a listener of its own advertises each
   * @param overrides of {@code server.properties}
   */
  public static EmbeddedBroker start(
      Path directory, List<String> addresses, Map<String, String> overrides) {
    List<Integer> ports = FreePorts.several(2 + addresses.size());
    var listeners = new ArrayList<Listener>();
    listeners.add(local(ports.get(1)));
    for (int i = 0; i < addresses.size(); i++) {
      listeners.add(new Listener("0.0.0.0", addresses.get(i), ports.get(2 + i)));
    }
    return start(
        new BrokerSettings(
            directory,
            Uuid.randomUuid().toString(),
            ports.getFirst(),
            List.copyOf(listeners),
            overrides));
  }

  /** Starts a broker on chosen ports. */
  public static EmbeddedBroker start(BrokerSettings settings) {
    var broker = new EmbeddedBroker(settings);
    broker.format();
    broker.start();
    return broker;
  }

  /** Starts another broker in this one's cluster, which must be stopped before this one. */
  EmbeddedBroker startBeside(int node, Path directory) {
    return start(settings.beside(node, directory, local(FreePorts.one())));
  }

  private static Listener local(int port) {
    return new Listener("127.0.0.1", "127.0.0.1", port);
  }

  @Override
  public String bootstrapServers() {
    Listener first = settings.listeners().getFirst();
    return first.at(first.advertised());
  }

  /** For clients that reach this machine as {@code address}, which was given at the start. */
  public String bootstrapServers(String address) {
    return settings.listeners().stream()
        .filter(listener -> listener.advertised().equals(address))
        .findFirst()
        .map(listener -> listener.at(address))
        .orElseThrow(() -> new IllegalArgumentException("no listener advertises " + address));
  }

  public String clusterId() {
    return settings.clusterId();
  }

  @Override
  public Topics topics() {
    return topics;
  }

  /** Starts again after {@link #stop}. */
  public void start() {
    if (server != null) {
      throw new IllegalStateException("the broker runs already");
    }
    var starting = new KafkaRaftServer(new KafkaConfig(settings.properties(), false), Time.SYSTEM);
    starting.startup();
    server = starting;
  }

  /** Stops, and keeps ports and data. Clients go on trying. */
  public void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
      server = null;
    }
  }

  public void restart() {
    stop();
    start();
  }

  @Override
  public void close() {
    topics.close();
    stop();
  }

  private void format() {
    try {
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .setClusterId(settings.clusterId())
          .setNodeId(settings.node())
          .addDirectory(settings.directory().toString())
          .setMetadataLogDirectory(settings.directory().toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setControllerListenerName("CONTROLLER")
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("cannot format " + settings.directory(), e);
    }
  }
}
