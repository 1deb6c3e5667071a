package dev.kafkaapibridge.runtime.connect;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What many threads write to one connection, sent together: over HTTP/2 hundreds of calls share
 * one, and each that flushes its frames alone costs a call of the system, a segment and a wake-up
 * of the peer. Whoever writes first begins a thread that sends; until its turn comes, and while it
 * sends, others write too. Owns what has not been sent. Safe for all threads; but a write that
 * doesn't fit goes in pieces, between which another's may come, so who writes frames holds a lock
 * of its own around each (OkHttp's writer and TLS's records do).
 *
 * <pre>
 *   write --> waiting --taken as a whole--> sent by one thread, until nothing waits
 *     +- full: waits, as it would for the peer
 *   finish: nothing is written any more, what waits is sent, unless the peer is stuck
 *   broken: nothing is sent any more; what has arrived may still be read for a moment
 * </pre>
 */
final class SharedOutput extends OutputStream {

  /** Bytes that wait at most. */
  static final int MOST = 64 * 1024;

  private static final int AT_FIRST = 8 * 1024;

  /**
   * For a last word to be sent, and for what has arrived to be read, nanoseconds. A peer that has
   * taken nothing for as long is not waited for.
   */
  private static final long LAST_WORD = 200_000_000;

  private final OutputStream out;
  private final Closeable connection;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private byte[] waiting = new byte[AT_FIRST];
  private byte[] spare = new byte[AT_FIRST];
  private int length;
  private boolean sending;
  private long sendingSince;
  private boolean finished;
  private @Nullable IOException broken;

  /**
   * @param connection closed when something can't be sent: who has written it waits for an answer
   */
  SharedOutput(OutputStream out, Closeable connection) {
    this.out = out;
    this.connection = connection;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    lock.lock();
    try {
      int written = 0;
      while (written < count) {
        awaitRoom();
        int some = Math.min(count - written, MOST - length);
        if (length + some > waiting.length) {
          waiting =
              Arrays.copyOf(waiting, Math.min(MOST, Math.max(2 * waiting.length, length + some)));
        }
        System.arraycopy(bytes, offset + written, waiting, length, some);
        length += some;
        written += some;
        if (!sending) {
          Thread.ofVirtual().name("writes").start(this::send);
          sending = true;
          sendingSince = System.nanoTime();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Half a frame would be the connection's end anyway, so an interrupt is too, as of a socket. */
  private void awaitRoom() throws IOException {
    while (length == MOST && broken == null && !finished) {
      try {
        room.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        connection.close();
        throw new InterruptedIOException("interrupted while it waited for the peer");
      }
    }
    IOException why = broken;
    if (why != null) {
      throw (IOException) new SocketException(why.getMessage()).initCause(why);
    }
    if (finished) {
      throw new SocketException("Socket closed");
    }
  }

  private void send() {
    boolean sentAll = false;
    try {
      while (!sentAll) {
        sentAll = !sendBatch();
      }
    } catch (IOException e) {
      ended(e);
    } finally {
      if (!sentAll) {
        ended(new SocketException("nothing can be sent any more"));
        closeSoon();
      }
    }
  }

  /** Returns whether there was one. */
  private boolean sendBatch() throws IOException {
    byte[] batch;
    int bytes;
    lock.lock();
    try {
      if (length == 0 || broken != null) {
        sending = false;
        room.signalAll();
        return false;
      }
      batch = waiting;
      bytes = length;
      waiting = spare;
      spare = batch;
      length = 0;
      sendingSince = System.nanoTime();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    out.write(batch, 0, bytes);
    return true;
  }

  /**
   * A peer that ends a connection hard may have answered calls before, and said which it never
   * looked at: who reads comes to that, and to the end, by itself.
   */
  private void closeSoon() {
    try {
      Thread.sleep(Duration.ofNanos(LAST_WORD));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody knows this thread
    } finally {
      try {
        connection.close();
      } catch (IOException ignored) {
        // it is broken already
      }
    }
  }

  /** Nothing can be written any more, and nobody waits to. */
  void ended(IOException why) {
    lock.lock();
    try {
      if (broken == null) {
        broken = why;
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more is written. Returns when the rest is sent, or the peer lets it wait. */
  void finish() {
    lock.lock();
    try {
      boolean first = !finished;
      finished = true;
      room.signalAll();
      long until = System.nanoTime() + LAST_WORD;
      while (first && sending && broken == null) {
        long now = System.nanoTime();
        long left = Math.min(until, sendingSince + LAST_WORD) - now;
        if (left <= 0) {
          return;
        }
        room.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
