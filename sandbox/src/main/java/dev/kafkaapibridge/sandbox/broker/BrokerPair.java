package dev.kafkaapibridge.sandbox.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Two brokers of one cluster in this process. Topics and offsets have a replica on both and need
 * one of them, so that all goes on while the second is stopped; what needs both asks for it with
 * {@code min.insync.replicas}. Owns both brokers.
 */
public final class BrokerPair implements AutoCloseable {

  private static final Map<String, String> ON_BOTH =
      Map.of(
          "default.replication.factor", "2",
          "offsets.topic.replication.factor", "2",
          "transaction.state.log.replication.factor", "2",
          // Nobody is to go missing because the machine was busy for a second.
          "broker.session.timeout.ms", "9000");

  private final EmbeddedBroker first;
  private final EmbeddedBroker second;

  private BrokerPair(EmbeddedBroker first, EmbeddedBroker second) {
    this.first = first;
    this.second = second;
  }

  /**
   * @param directory of their data; it is not deleted
   */
  public static BrokerPair start(Path directory) {
    EmbeddedBroker first = EmbeddedBroker.start(directory.resolve("first"), List.of(), ON_BOTH);
    try {
      return new BrokerPair(first, first.startBeside(2, directory.resolve("second")));
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  /** The controller as well; clients begin here. */
  public EmbeddedBroker first() {
    return first;
  }

  public EmbeddedBroker second() {
    return second;
  }

  @Override
  public void close() {
    second.close();
    first.close();
  }
}
