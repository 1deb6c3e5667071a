package dev.kafkaapibridge.operator.offsets;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The brokers of one cluster, each connected to when it is asked first. Owns the connections of one
 * look; for one thread.
 */
final class Brokers implements AutoCloseable {

  private final Names names;
  private final String namespace;
  private final Entrance entrance;
  private final Map<Integer, InetSocketAddress> addresses = new HashMap<>();
  private final Map<Integer, Conversation> connections = new HashMap<>();
  private @Nullable Conversation first;

  /** {@code namespace}: whose bridge names them. */
  Brokers(Names names, String namespace, Entrance entrance) {
    this.names = names;
    this.namespace = namespace;
    this.entrance = entrance;
  }

  /**
   * The first that answers.
   *
   * @param bootstrap each {@code host:port}
   */
  Conversation any(List<String> bootstrap) throws IOException, InterruptedException {
    IOException last = new IOException("no broker is named");
    for (String each : bootstrap) {
      int colon = each.lastIndexOf(':');
      try {
        String host = each.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
        int port = Integer.parseInt(each.substring(colon + 1));
        Conversation met =
            Conversation.with(names.addresses(namespace, host, port), host, entrance);
        first = met;
        return met;
      } catch (IllegalArgumentException e) {
        last = new IOException("'%s' is no host and port".formatted(each));
      } catch (LoggingIn.Refused e) {
        throw e;
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  /** What was told first of a broker stands. */
  void isAt(int node, String host, int port) {
    addresses.putIfAbsent(node, InetSocketAddress.createUnresolved(host, port));
  }

  Conversation broker(int node) throws IOException, InterruptedException {
    Conversation open = connections.get(node);
    if (open == null) {
      InetSocketAddress named = addresses.get(node);
      if (named == null) {
        throw new Conversation.NoBroker("broker %d has no address".formatted(node));
      }
      String host = named.getHostString();
      open = Conversation.with(names.addresses(namespace, host, named.getPort()), host, entrance);
      connections.put(node, open);
    }
    return open;
  }

  @Override
  public void close() {
    close(first);
    connections.values().forEach(Brokers::close);
  }

  /** What was learned stays learned, however the last goodbye goes. */
  private static void close(@Nullable Conversation open) {
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      // It is closed as far as can be.
    }
  }
}
