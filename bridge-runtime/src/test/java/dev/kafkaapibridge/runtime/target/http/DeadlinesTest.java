package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final AtomicLong now = new AtomicLong(1);
  private final OkHttpClient client = new OkHttpClient();
  private final Deadlines deadlines = new Deadlines(TIMEOUT, now::get);

  @AfterEach
  void close() {
    deadlines.close();
  }

  @Test
  void aCallThatIsLateIsCancelledAndItsCauseIsTheTimeout() {
    Call call = call();
    var watched = deadlines.watch(call, null);
    now.addAndGet(TIMEOUT.toNanos());
    deadlines.look();

    assertThat(call.isCanceled()).isTrue();
    assertThat(watched.cause(new IOException("Socket closed")))
        .isInstanceOf(InterruptedIOException.class)
        .hasRootCauseMessage("Socket closed");
  }

  @Test
  void aCallThatFailsInTimeFailsForItsOwnReason() {
    Call call = call();
    var watched = deadlines.watch(call, null);
    now.addAndGet(TIMEOUT.toNanos() - 1);
    deadlines.look();
    var why = new IOException("reset");

    assertThat(call.isCanceled()).isFalse();
    assertThat(watched.cause(why)).isSameAs(why);
  }

  @Test
  void aCallThatHasEndedIsLeftAlone() {
    Call call = call();
    deadlines.watch(call, null).close();
    now.addAndGet(TIMEOUT.toNanos());
    deadlines.look();

    assertThat(call.isCanceled()).isFalse();
  }

  @Test
  void aCallThatCannotBeCancelledLeavesTheOthersTheirDeadlines() {
    var broken =
        cancelledBy(() -> {
          throw new IllegalStateException("a fault");
        });
    Call before = call();
    Call after = call();
    deadlines.watch(before, null);
    deadlines.watch(broken, null);
    deadlines.watch(after, null);
    now.addAndGet(TIMEOUT.toNanos());
    deadlines.look();

    assertThat(before.isCanceled()).isTrue();
    assertThat(after.isCanceled()).isTrue();
  }

  @Test
  void theNextLookIsWhenTheOldestMayBeLate() {
    assertThat(deadlines.look()).isEqualTo(TIMEOUT.toNanos());

    deadlines.watch(call(), null);
    now.addAndGet(10);
    deadlines.watch(call(), null);
    now.addAndGet(5);

    assertThat(deadlines.look()).isEqualTo(TIMEOUT.toNanos() - 15);
  }

  /** It writes, over HTTP/2, to a peer that reads no more. */
  @Test
  void aCallThatDoesNotEndThoughItIsCancelledLosesItsConnection() throws Exception {
    try (var stuck = new Socket();
        var ended = new Socket();
        var young = new Socket()) {
      deadlines.watch(call(), over(stuck));
      now.addAndGet(TIMEOUT.toNanos());
      var ends = deadlines.watch(call(), over(ended));
      assertThat(deadlines.look()).as("it is cancelled").isEqualTo(Deadlines.STUCK.toNanos());

      now.addAndGet(Deadlines.STUCK.toNanos() - 1);
      assertThat(deadlines.look()).isEqualTo(1);
      assertThat(stuck.isClosed()).isFalse();

      now.addAndGet(1);
      deadlines.look();
      awaitClosed(stuck);

      now.addAndGet(TIMEOUT.toNanos());
      deadlines.look();
      ends.close();
      deadlines.watch(call(), over(young));
      now.addAndGet(Deadlines.STUCK.toNanos());
      deadlines.look();
      assertThat(ended.isClosed()).isFalse();
      assertThat(young.isClosed()).as("it has time left").isFalse();
    }
  }

  /**
   * Its lane is freed while it is looked at, and the record's next call leaves by the same
   * departure. Which of two is looked at first is by chance, so there are many.
   */
  @Test
  void theConnectionOfTheNextCallIsLeftAlone() throws Exception {
    try (var next = new Socket()) {
      for (int i = 0; i < 50; i++) {
        Departure departure = over(new Socket());
        var stuck = deadlines.watch(call(), departure);
        now.addAndGet(TIMEOUT.toNanos());
        deadlines.look();
        var frees =
            cancelledBy(() -> {
              stuck.close();
              departure.by(connection(next));
            });
        try (var late = deadlines.watch(frees, null)) {
          now.addAndGet(TIMEOUT.toNanos());
          deadlines.look();
        }
      }
      Thread.sleep(100); // for who hangs up
      assertThat(next.isClosed()).isFalse();
    }
  }

  private static void awaitClosed(Socket socket) throws InterruptedException {
    for (int i = 0; i < 1_000 && !socket.isClosed(); i++) {
      Thread.sleep(10);
    }
    assertThat(socket.isClosed()).isTrue();
  }

  private static Departure over(Socket socket) {
    var departure = new Departure(Records.assignment("orders", 0));
    departure.by(connection(socket));
    return departure;
  }

  private static Connection connection(Socket socket) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> socket);
  }

  private static Call cancelledBy(Runnable cancel) {
    return (Call)
        Proxy.newProxyInstance(
            Call.class.getClassLoader(),
            new Class<?>[] {Call.class},
            (proxy, method, arguments) -> {
              cancel.run();
              return null;
            });
  }

  private Call call() {
    return client.newCall(new Request.Builder().url("http://127.0.0.1/").build());
  }
}
