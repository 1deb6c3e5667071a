package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.util.function.BooleanSupplier;
import okhttp3.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What a request carries along to the moment when it is about to be written: whether it still may
 * be, who is asked when it is, and the connection that it leaves by. Owned by the record's lane, on
 * whose thread all of a call happens.
 */
public final class Departure {

  private final Assignment assignment;
  private BooleanSupplier leaving = () -> true;
  private @Nullable Connection connection;

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

  boolean isStillOurs() {
    return assignment.fenceIsOpen();
  }

  /** False: its leave has run out meanwhile. */
  boolean leaves() {
    return leaving.getAsBoolean();
  }
}
