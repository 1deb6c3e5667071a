package dev.kafkaapibridge.sandbox.broker;

import dev.kafkaapibridge.sandbox.broker.BrokerSettings.Listener;
import dev.kafkaapibridge.sandbox.network.FreePorts;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * A broker that can die: in a process of its own, which may be killed, and started again on the
 * same ports with what is on its disk. Owns the process; for one thread.
 */
public final class KillableBroker implements Broker {

  private final List<String> command;
  private final Path log;
  private final String address;
  private final Topics topics;
  private GuardedProcess process;

  private KillableBroker(
      Path directory, int controllerPort, int port, Map<String, String> settings) {
    address = "127.0.0.1:" + port;
    topics = new Topics(address);
    log = Path.of(directory + ".log");
    command =
        new ArrayList<>(
            List.of(
                GuardedProcess.java(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KillableBroker.class.getName(),
                directory.toString(),
                Uuid.randomUuid().toString(),
                Integer.toString(controllerPort),
                Integer.toString(port)));
    settings.forEach((name, value) -> command.add(name + "=" + value));
    process = begin();
  }

  /**
   * @param directory of its data; it is not deleted
   */
  public static KillableBroker start(Path directory) {
    return start(directory, Map.of());
  }

  /**
   * @param settings of the broker's, by their names
   */
  public static KillableBroker start(Path directory, Map<String, String> settings) {
    List<Integer> ports = FreePorts.several(2);
    return new KillableBroker(directory, ports.getFirst(), ports.getLast(), settings);
  }

  /** The program. */
  public static void main(String[] args) {
    int port = Integer.parseInt(args[3]);
    Map<String, String> settings =
        Stream.of(args)
            .skip(4)
            .map(setting -> setting.split("=", 2))
            .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    EmbeddedBroker.start(
        new BrokerSettings(
            Path.of(args[0]),
            args[1],
            Integer.parseInt(args[2]),
            List.of(new Listener("127.0.0.1", "127.0.0.1", port)),
            settings));
  }

  private GuardedProcess begin() {
    return GuardedProcess.start(command, Map.of(), log);
  }

  /** SIGKILL: nothing is written any more, no group is told. */
  public void kill() {
    process.kill();
    process.ended().join();
  }

  /** Starts it again after {@link #kill}, and returns at once. */
  public void startAgain() {
    process = begin();
  }

  @Override
  public String bootstrapServers() {
    return address;
  }

  @Override
  public Topics topics() {
    return topics;
  }

  @Override
  public void close() {
    topics.close();
    process.kill(); // its data are nobody's
    process.close();
  }
}
