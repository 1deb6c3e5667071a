package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.target.http.Deadlines;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A record's message on one stream, once: from its joining to its fate. The lane that sends it owns
 * it and waits; the stream's reader gives it its fate, once.
 */
final class StreamMessage {

  final MessageBody body;
  final Assignment assignment;
  final Deadlines.Watched deadline;
  private final Thread lane = Thread.currentThread();
  private volatile @Nullable Fate fate;

  /**
   * @param deadline until which it is to have its fate; begins when it joins the stream
   */
  StreamMessage(MessageBody body, Assignment assignment, Deadlines.Watched deadline) {
    this.body = body;
    this.assignment = assignment;
    this.deadline = deadline;
  }

  /** Why it failed, if the stream broke off so: its own lateness comes before what it caused. */
  Exception cause(Exception seen) {
    return deadline.cause(seen);
  }

  boolean isLate(Exception seen) {
    return deadline.cause(seen) != seen;
  }

  @Nullable Fate fate() {
    return fate;
  }

  void meets(Fate its) {
    fate = its;
    LockSupport.unpark(lane);
  }
}
