package dev.kafkaapibridge.sandbox.broker;

/** A real broker, wherever it runs, as its clients know it. */
public interface Broker extends AutoCloseable {

  /** For clients in this process or on this machine. */
  String bootstrapServers();

  Topics topics();

  @Override
  void close();
}
