package dev.kafkaapibridge.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedOutputTest {

  /** What the system does with what is written: takes it when it is let. */
  private static final class Peer extends OutputStream {
    final Semaphore mayTake = new Semaphore(0);
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    final AtomicInteger writes = new AtomicInteger();
    volatile boolean gone;

    @Override
    public void write(int one) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      writes.incrementAndGet();
      mayTake.acquireUninterruptibly();
      if (gone) {
        throw new SocketException("Broken pipe");
      }
      taken.write(bytes, offset, count);
    }
  }

  private final Peer peer = new Peer();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final SharedOutput output = new SharedOutput(peer, () -> closed.set(true));

  @Test
  void whatIsWrittenWhileSomethingIsSentIsSentTogether() throws Exception {
    output.write(frame(0, 0));
    await().until(() -> peer.writes.get() == 1);
    for (int i = 1; i < 5_000; i++) {
      output.write(frame(0, i));
    }
    peer.mayTake.release(2);
    await().until(() -> peer.taken.size() == 40_000);
    assertThat(peer.writes.get()).isEqualTo(2);
    var frames = ByteBuffer.wrap(peer.taken.toByteArray());
    for (int i = 0; i < 5_000; i++) {
      assertThat(frames.getInt()).isZero();
      assertThat(frames.getInt()).isEqualTo(i);
    }
  }

  @Test
  void framesOfManyThreadsStayWholeAndInEachOnesOrder() throws Exception {
    peer.mayTake.release(1_000_000);
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 50; t++) {
      int who = t;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 2_000; i++) {
                  write(frame(who, i));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await().until(() -> peer.taken.size() == 50 * 2_000 * 8);
    var frames = ByteBuffer.wrap(peer.taken.toByteArray());
    int[] next = new int[50];
    while (frames.hasRemaining()) {
      int who = frames.getInt();
      assertThat(frames.getInt()).isEqualTo(next[who]++);
    }
  }

  @Test
  void moreThanIsAllowedToWaitWaitsForThePeer() throws Exception {
    byte[] much = new byte[SharedOutput.MOST];
    new Random(1).nextBytes(much);
    writeWhileThePeerTakesNothing(much);
    Thread next = Thread.ofVirtual().start(() -> write(frame(0, 1)));
    await().until(() -> next.getState() == Thread.State.WAITING);
    peer.mayTake.release(3);
    next.join();
    await().until(() -> peer.taken.size() == SharedOutput.MOST + 16);
    assertThat(Arrays.copyOfRange(peer.taken.toByteArray(), 8, 8 + much.length)).isEqualTo(much);
  }

  @Test
  void whereSomethingCantBeSentTheConnectionEndsAndNobodyWritesOnOrWaits() throws Exception {
    writeWhileThePeerTakesNothing(new byte[SharedOutput.MOST]);
    var seen = new AtomicReference<IOException>();
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                output.write(frame(0, 1));
              } catch (IOException e) {
                seen.set(e);
              }
            });
    await().until(() -> waiting.getState() == Thread.State.WAITING);
    peer.gone = true;
    peer.mayTake.release();
    waiting.join();

    assertThat(seen.get()).isInstanceOf(SocketException.class).hasMessage("Broken pipe");
    await().untilTrue(closed);
    assertThatThrownBy(() -> output.write(frame(0, 2))).isInstanceOf(SocketException.class);
  }

  @Test
  void whoIsInterruptedWhileItWaitsEndsTheConnection() throws Exception {
    writeWhileThePeerTakesNothing(new byte[SharedOutput.MOST]);
    var stillInterrupted = new AtomicBoolean();
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                output.write(frame(0, 1));
              } catch (IOException e) {
                stillInterrupted.set(Thread.currentThread().isInterrupted());
              }
            });
    await().until(() -> waiting.getState() == Thread.State.WAITING);
    waiting.interrupt();
    waiting.join();
    assertThat(closed).isTrue();
    assertThat(stillInterrupted).isTrue();
  }

  @Test
  void afterTheEndNothingIsWrittenAndAPeerThatTakesNothingIsNotWaitedForTwice() throws Exception {
    output.write(frame(0, 0));
    output.finish();
    assertThatThrownBy(() -> output.write(frame(0, 1)))
        .isInstanceOf(SocketException.class)
        .hasMessage("Socket closed");
    long began = System.nanoTime();
    output.finish();
    assertThat(System.nanoTime() - began).isLessThan(150_000_000L);
  }

  /** As of a connection that is given up because its peer is silent. */
  @Test
  void aConnectionIsClosedWhileItsPeerTakesNothing() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = CheckedSockets.forManyCalls().createSocket()) {
      socket.connect(server.getLocalSocketAddress(), 1_000);
      try (var accepted = server.accept()) {
        var failed = new AtomicReference<IOException>();
        Thread writing =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    while (true) {
                      socket.getOutputStream().write(new byte[8_192]);
                    }
                  } catch (IOException e) {
                    failed.set(e);
                  }
                });
        await()
            .during(Duration.ofMillis(300))
            .until(() -> writing.getState() == Thread.State.WAITING);
        long began = System.nanoTime();
        socket.close();
        writing.join();
        assertThat(System.nanoTime() - began).isLessThan(150_000_000L);
        assertThat(failed.get()).isInstanceOf(SocketException.class);
        assertThat(accepted.isClosed()).isFalse();
      }
    }
  }

  @Test
  void whatHasArrivedBeforeAHardEndIsStillRead() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = CheckedSockets.forManyCalls().createSocket()) {
      socket.connect(server.getLocalSocketAddress(), 1_000);
      try (var accepted = server.accept()) {
        accepted.getOutputStream().write(new byte[1_000]);
        accepted.setSoLinger(true, 0); // ends with a RST
      }
      assertThatThrownBy(
              () -> {
                while (true) {
                  socket.getOutputStream().write(frame(0, 0));
                }
              })
          .isInstanceOf(SocketException.class);
      assertThat(socket.getInputStream().readNBytes(1_000)).hasSize(1_000);
    }
  }

  /** Over real sockets: what was written just before the end arrives. */
  @Test
  void theLastWordArrives() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = CheckedSockets.forManyCalls().createSocket()) {
      socket.connect(server.getLocalSocketAddress(), 1_000);
      try (var accepted = server.accept()) {
        for (int i = 0; i < 1_000; i++) {
          socket.getOutputStream().write(frame(0, i));
        }
        socket.close();
        assertThat(accepted.getInputStream().readAllBytes()).hasSize(8_000);
      }
    }
  }

  /** A first frame is with the peer, which doesn't take it; this waits behind it. */
  private void writeWhileThePeerTakesNothing(byte[] bytes) throws IOException {
    output.write(frame(0, 0));
    await().until(() -> peer.writes.get() == 1);
    output.write(bytes);
  }

  private void write(byte[] bytes) {
    try {
      output.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] frame(int who, int number) {
    return ByteBuffer.allocate(8).putInt(who).putInt(number).array();
  }
}
