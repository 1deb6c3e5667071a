package dev.kafkaapibridge.sandbox.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.BitSet;

/**
 * Loopback addresses, one for each pod: 127.0.B.2 to 127.0.B.254. 127.0.B.1 is the node's, and
 * holding its port is what keeps two sandboxes on one machine apart. Safe for any thread.
 */
final class PodAddresses implements AutoCloseable {

  /** Where a kubelet listens. */
  static final int NODE_PORT = 10250;

  private static final int LOCK_PORT = 10249;

  private final String prefix;
  private final ServerSocket held;
  private final BitSet taken = new BitSet();
  private int last = 1;

  private PodAddresses(String prefix, ServerSocket held) {
    this.prefix = prefix;
    this.held = held;
  }

  /** Takes the first block of addresses that no other sandbox has. */
  static PodAddresses take() {
    for (int block = 1; block < 255; block++) {
      try {
        String prefix = "127.0." + block + ".";
        var socket = new ServerSocket();
        try {
          socket.bind(new InetSocketAddress(InetAddress.getByName(prefix + "1"), LOCK_PORT));
        } catch (IOException e) {
          socket.close();
          continue;
        }
        return new PodAddresses(prefix, socket);
      } catch (IOException e) {
        continue;
      }
    }
    throw new IllegalStateException(
        "pods as local processes need addresses such as 127.0.1.2, which this machine does not have. "
            + "On macOS add them (sudo ifconfig lo0 alias 127.0.1.1, then .2 and on), "
            + "or use a cluster of your own with --cluster.");
  }

  String node() {
    return prefix + "1";
  }

  /** An address that no pod has; the one freed longest ago, as old connections may linger. */
  synchronized String next() {
    for (int tried = 0; tried < 253; tried++) {
      last = last == 254 ? 2 : last + 1;
      if (!taken.get(last)) {
        taken.set(last);
        return prefix + last;
      }
    }
    throw new IllegalStateException("253 pods run on this node; there is no room for another");
  }

  synchronized void free(String address) {
    taken.clear(Integer.parseInt(address.substring(prefix.length())));
  }

  @Override
  public void close() {
    try {
      held.close();
    } catch (IOException e) {
      // It is closed as far as anybody can tell.
    }
  }
}
