package dev.kafkaapibridge.sandbox.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a broker is started with. Immutable, so that a restart finds the same ports and folder.
 *
 * @param node number of the broker in its cluster; {@link #CONTROLLER} is the controller as well
 * @param directory of the log; kept when the broker stops
 * @param clusterId 22 characters of base 64
 * @param controllerPort of the quorum, on 127.0.0.1
 * @param listeners at least one; the first serves clients in this process
 * @param overrides of {@code server.properties}
 */
public record BrokerSettings(
    int node,
    Path directory,
    String clusterId,
    int controllerPort,
    List<Listener> listeners,
    Map<String, String> overrides) {

  static final int CONTROLLER = 1;

  /** Of a broker that is its own controller. */
  public BrokerSettings(
      Path directory,
      String clusterId,
      int controllerPort,
      List<Listener> listeners,
      Map<String, String> overrides) {
    this(CONTROLLER, directory, clusterId, controllerPort, listeners, overrides);
  }

  /** Of another broker in the same cluster. */
  BrokerSettings beside(int other, Path itsDirectory, Listener listener) {
    return new BrokerSettings(
        other, itsDirectory, clusterId, controllerPort, List.of(listener), overrides);
  }

  /**
   * One way in.
   *
   * @param bind address that it listens on
   * @param advertised host that clients are told to connect to
   * @param port 1 to 65535
   */
  public record Listener(String bind, String advertised, int port) {
    String at(String host) {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  /** What {@code server.properties} would hold. */
  Properties properties() {
    var properties = new Properties();
    boolean controls = node == CONTROLLER;
    properties.put("process.roles", controls ? "broker,controller" : "broker");
    properties.put("node.id", Integer.toString(node));
    properties.put("controller.quorum.voters", CONTROLLER + "@127.0.0.1:" + controllerPort);
    properties.put("controller.listener.names", "CONTROLLER");
    String controller = "CONTROLLER://127.0.0.1:" + controllerPort + ",";
    properties.put("listeners", (controls ? controller : "") + listeners(true));
    properties.put("advertised.listeners", listeners(false));
    properties.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,"
            + names().map(name -> name + ":PLAINTEXT").collect(Collectors.joining(",")));
    properties.put("inter.broker.listener.name", "CLIENTS0");
    properties.put("log.dirs", directory.toString());

    // One node: what is replicated three times elsewhere is here once.
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      properties.put(topic + ".replication.factor", "1");
      properties.put(topic + ".num.partitions", "3");
      if (!topic.startsWith("offsets")) {
        properties.put(topic + ".min.isr", "1");
      }
    }
    properties.put("auto.create.topics.enable", "false");

    // Small and quick: no waiting for further members, short sessions, a few MB of buffers.
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("group.min.session.timeout.ms", "1000");
    properties.put("broker.session.timeout.ms", "1500");
    properties.put("broker.heartbeat.interval.ms", "200");
    properties.put("controller.quorum.election.timeout.ms", "500");
    properties.put("controller.quorum.fetch.timeout.ms", "1000");
    properties.put("log.cleaner.dedupe.buffer.size", "4194304");
    properties.put("log.index.size.max.bytes", "1048576");
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "4");
    properties.putAll(overrides);
    return properties;
  }

  private Stream<String> names() {
    return IntStream.range(0, listeners.size()).mapToObj(i -> "CLIENTS" + i);
  }

  private String listeners(boolean bound) {
    return IntStream.range(0, listeners.size())
        .mapToObj(i -> {
          Listener listener = listeners.get(i);
          return "CLIENTS%d://%s"
              .formatted(i, listener.at(bound ? listener.bind() : listener.advertised()));
        })
        .collect(Collectors.joining(","));
  }
}
