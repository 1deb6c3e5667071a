package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
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
    var watched = deadlines.watch(call);
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
    var watched = deadlines.watch(call);
    now.addAndGet(TIMEOUT.toNanos() - 1);
    deadlines.look();
    var why = new IOException("reset");

    assertThat(call.isCanceled()).isFalse();
    assertThat(watched.cause(why)).isSameAs(why);
  }

  @Test
  void aCallThatHasEndedIsLeftAlone() {
    Call call = call();
    deadlines.watch(call).close();
    now.addAndGet(TIMEOUT.toNanos());
    deadlines.look();

    assertThat(call.isCanceled()).isFalse();
  }

  @Test
  void aCallThatCannotBeCancelledLeavesTheOthersTheirDeadlines() {
    var broken =
        (Call)
            Proxy.newProxyInstance(
                Call.class.getClassLoader(),
                new Class<?>[] {Call.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("a fault");
                });
    Call before = call();
    Call after = call();
    deadlines.watch(before);
    deadlines.watch(broken);
    deadlines.watch(after);
    now.addAndGet(TIMEOUT.toNanos());
    deadlines.look();

    assertThat(before.isCanceled()).isTrue();
    assertThat(after.isCanceled()).isTrue();
  }

  @Test
  void theNextLookIsWhenTheOldestMayBeLate() {
    assertThat(deadlines.look()).isEqualTo(TIMEOUT.toNanos());

    deadlines.watch(call());
    now.addAndGet(10);
    deadlines.watch(call());
    now.addAndGet(5);

    assertThat(deadlines.look()).isEqualTo(TIMEOUT.toNanos() - 15);
  }

  private Call call() {
    return client.newCall(new Request.Builder().url("http://127.0.0.1/").build());
  }
}
