package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import okhttp3.Connection;
import okhttp3.internal.connection.RealConnection;
import org.jspecify.annotations.Nullable;

/**
 * What a request carries along to the moment when it is about to be written: whether it still may
 * be, who is asked when it is, and the connection that it leaves by. Owned by the record's lane, on
 * whose thread all of a call happens; any thread may ask for the connection.
 */
public final class Departure {

  private final Assignment assignment;
  private BooleanSupplier leaving = () -> true;
  private volatile @Nullable Connection connection;

  public Departure(Assignment assignment) {
    this.assignment = assignment;
  }

  /** A call begins. */
  public void ask(BooleanSupplier whoMayRefuse) {
    leaving = whoMayRefuse;
    connection = null;
  }

  void by(@Nullable Connection connected) {
    connection = connected;
  }

  /** Null while the request has none, or has come to none. */
  public @Nullable Connection connection() {
    return connection;
  }

  /**
   * Ends a connection under all calls on it. TLS would say goodbye, and wait for who writes to a
   * peer that reads no more.
   */
  public static void hangUp(Connection connection) {
    if (connection instanceof RealConnection known) {
      known.cancel();
      return;
    }
    try {
      connection.socket().close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }

  boolean isStillOurs() {
    return assignment.fenceIsOpen();
  }

  /** False: its leave has run out meanwhile. */
  boolean leaves() {
    return leaving.getAsBoolean();
  }
}
