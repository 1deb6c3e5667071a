package dev.kafkaapibridge.benchmarks;

import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The sandbox's broker in a process of its own, so that its CPU is nobody's but its own. */
final class BrokerProgram {

  private BrokerProgram() {}

  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            Path.of(arguments[0]), List.of(), Map.of("log.flush.interval.ms", "60000"));
    System.out.println("listening on " + broker.bootstrapServers());
    Thread.currentThread().join();
  }
}
