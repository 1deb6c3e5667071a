package dev.kafkaapibridge.runtime.connect;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What many threads write to one connection, sent together: over HTTP/2 hundreds of calls share
 * one, and each that flushes its frames alone costs a call of the system, a segment and a wake-up
 * of the peer. Whoever writes first begins a thread that sends; it is the last in the queue of
 * those that can run, so the others, who are about to write too, do so before it. Owns what has not
 * been sent. Safe for all threads.
 *
 * <pre>
 *   write --> waiting --taken as a whole--> sent by one thread, until nothing waits
 *     +- full: waits, as it would for the peer
 * </pre>
 */
final class SharedOutput extends OutputStream {

  /** Bytes that wait at most. */
  static final int MOST = 64 * 1024;

  private static final int AT_FIRST = 8 * 1024;

  private static final long LAST_WORD = 100_000_000; // ns

  private final OutputStream out;
  private final Closeable connection;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private byte[] waiting = new byte[AT_FIRST];
  private byte[] spare = new byte[AT_FIRST];
  private int length;
  private boolean sending;
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
          sending = true;
          Thread.ofVirtual().name("writes").start(this::send);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Half a frame would be the connection's end anyway, so an interrupt is too, as of a socket. */
  private void awaitRoom() throws IOException {
    while (length == MOST && broken == null) {
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
  }

  private void send() {
    while (true) {
      byte[] batch;
      int bytes;
      lock.lock();
      try {
        if (length == 0 || broken != null) {
          sending = false;
          room.signalAll();
          return;
        }
        batch = waiting;
        bytes = length;
        waiting = spare;
        spare = batch;
        length = 0;
        room.signalAll();
      } finally {
        lock.unlock();
      }
      try {
        out.write(batch, 0, bytes);
      } catch (IOException e) {
        ended(e);
        try {
          connection.close();
        } catch (IOException ignored) {
          // it is broken already
        }
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

  /** Until all is sent, so that a last word is; a peer that lets it wait doesn't get it. */
  void finish() {
    lock.lock();
    try {
      long left = LAST_WORD;
      while (sending && broken == null && left > 0) {
        left = room.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
