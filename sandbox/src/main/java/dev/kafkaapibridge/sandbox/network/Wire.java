package dev.kafkaapibridge.sandbox.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * TCP between a client and a server, through this process, so that it can break the way networks
 * do. Whole until somebody changes that; a change takes effect on open connections too. Owns both
 * ends of every connection; safe for any thread.
 */
public final class Wire implements AutoCloseable {

  private enum State {
    Whole,
    Held,
    Cut
  }

  private final ServerSocket near;
  private final InetSocketAddress far;
  private final Set<Strand> strands = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = State.Whole;
  private volatile Duration delay = Duration.ZERO;

  private Wire(ServerSocket near, InetSocketAddress far) {
    this.near = near;
    this.far = far;
  }

  /** A wire to a server on this machine, with its near end on a free port of 127.0.0.1. */
  public static Wire to(int port) {
    var loopback = InetAddress.getLoopbackAddress();
    return between(new InetSocketAddress(loopback, 0), new InetSocketAddress(loopback, port));
  }

  /**
   * @param near where clients connect: for a server that tells its clients where it is, this is
   *     what it tells them
   * @param far where the server is
   */
  public static Wire between(InetSocketAddress near, InetSocketAddress far) {
    try {
      var listening = new ServerSocket();
      listening.setReuseAddress(true);
      listening.bind(near, 1024);
      var wire = new Wire(listening, far);
      Thread.ofVirtual().name("wire").start(wire::accept);
      return wire;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + near, e);
    }
  }

  /** Of the near end. */
  public int port() {
    return near.getLocalPort();
  }

  /** Resets every connection, and each that is tried from now on. */
  public void cut() {
    become(State.Cut);
    resetAll();
  }

  /** Resets every connection that there is; new ones are served. */
  public void resetAll() {
    strands.forEach(Strand::reset);
  }

  /**
   * A black hole: connections stay, nothing comes through, nobody is told. What was held comes
   * through late once the wire is mended, as TCP would repeat it.
   */
  public void hold() {
    become(State.Held);
  }

  /**
   * The connections that there are stay half-open for good, as after a firewall forgot them; new
   * ones are served.
   */
  public void forgetAll() {
    strands.forEach(strand -> strand.forgotten = true);
  }

  /** Everything takes so much longer, each way. */
  public void delay(Duration eachWay) {
    delay = eachWay;
  }

  /** Whole again, and quick. */
  public void mend() {
    delay = Duration.ZERO;
    become(State.Whole);
  }

  @Override
  public void close() {
    closeQuietly(near);
    cut();
  }

  private void become(State next) {
    lock.lock();
    try {
      state = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean passes() throws InterruptedException {
    lock.lock();
    try {
      while (state == State.Held) {
        changed.await();
      }
      return state == State.Whole;
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!near.isClosed()) {
      try {
        Socket client = near.accept();
        Thread.ofVirtual().name("wire").start(() -> new Strand(client).connect());
      } catch (IOException closed) {
        return;
      }
    }
  }

  /** One connection: a socket to either side, and a thread for each direction. */
  private final class Strand {
    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean forgotten;

    Strand(Socket client) {
      this.client = client;
    }

    void connect() {
      strands.add(this);
      try {
        if (!passes()) {
          throw new IOException("cut");
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        server.connect(far);
        Thread.ofVirtual().name("wire").start(() -> pass(server, client));
        pass(client, server);
      } catch (IOException e) {
        reset();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void pass(Socket from, Socket to) {
      var buffer = new byte[64 * 1024];
      try {
        for (int read; (read = from.getInputStream().read(buffer)) >= 0; ) {
          if (!delay.isZero()) {
            Thread.sleep(delay);
          }
          if (!passes()) {
            throw new IOException("cut");
          }
          if (!forgotten) {
            to.getOutputStream().write(buffer, 0, read);
          }
        }
        if (passes() && !forgotten) {
          to.shutdownOutput();
        }
        if (from.isOutputShutdown()) {
          reset(); // both directions have ended
        }
      } catch (IOException e) {
        reset();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Closes so that both sides hear of it at once, instead of an orderly end. */
    void reset() {
      strands.remove(this);
      for (Socket end : new Socket[] {client, server}) {
        try {
          end.setSoLinger(true, 0);
        } catch (IOException closedAlready) {
          // then there is nobody left to tell
        }
        closeQuietly(end);
      }
    }
  }

  private static void closeQuietly(AutoCloseable open) {
    try {
      open.close();
    } catch (Exception e) {
      // Nothing can be done about it, and nothing depends on it.
    }
  }
}
