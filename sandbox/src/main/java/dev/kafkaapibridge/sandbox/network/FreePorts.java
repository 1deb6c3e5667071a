package dev.kafkaapibridge.sandbox.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports for programs that can't choose one for themselves, or are to keep theirs. */
public final class FreePorts {

  private FreePorts() {}

  /** A port that nobody has at any address of this machine. */
  public static int one() {
    return several(1).getFirst();
  }

  /**
   * So many different ones. All are held until the last is found, for a port that is given back may
   * be the next that is given out.
   */
  public static List<Integer> several(int count) {
    var held = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    } finally {
      held.forEach(FreePorts::giveBack);
    }
  }

  private static void giveBack(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
