package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.v1alpha1.StreamSpec.Acknowledgement;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.Deadlines;
import dev.kafkaapibridge.runtime.target.http.TransportFailures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import okio.Buffer;
import okio.ForwardingSink;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams whose writing fails. The reader's part is played by the test. */
@Timeout(30)
class MessageStreamTest {

  private static final Verdict OK = new Verdict.Accepted("OK");

  private final Call call =
      new OkHttpClient().newCall(new Request.Builder().url("http://127.0.0.1:1/").build());
  private final MessageStream stream =
      new MessageStream(call, Acknowledgement.PerResponse, 100, Long.MAX_VALUE / 2, () -> {});

  /** What the server answered before it reset the stream has still to be read. */
  @Test
  void aResetWhileAMessageIsWrittenLeavesTheAnswersThatHaveCome() throws Exception {
    assertThat(fateAfter(new StreamResetException(ErrorCode.NO_ERROR))).isEqualTo(OK);
    assertThat(call.isCanceled()).isFalse();
    assertThat(stream.takesMore()).isFalse();
  }

  /** Nobody else would tell the reader. */
  @Test
  void whateverElseKeepsAMessageFromBeingWrittenEndsTheCall() throws Exception {
    assertThat(fateAfter(new IOException("timeout"))).isEqualTo(OK);
    assertThat(call.isCanceled()).isTrue();
  }

  /** Else the next message goes over the connection that is about to be closed. */
  @Test
  void whoseLatenessEndsAStreamIsToldBeforeAnybodySeesTheEnd() throws Exception {
    var ahead = new AtomicLong();
    try (var deadlines =
            new Deadlines(Duration.ofMillis(100), () -> System.nanoTime() + ahead.get());
        var watched = deadlines.watch(call, null);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      stream.isOpen(Okio.buffer(Okio.blackhole()), null);
      var sent = CompletableFuture.supplyAsync(() -> send(watched), lanes);
      await().until(() -> stream.unanswered() == 1);
      ahead.set(Duration.ofSeconds(1).toNanos());
      await().until(call::isCanceled);
      var told = new ArrayList<String>();
      stream.ended(
          new StreamEnd.Broke(new IOException("Canceled"), answers()),
          late -> told.add("waits: " + !sent.isDone() + ", unanswered: " + stream.unanswered()));
      assertThat(told).containsExactly("waits: true, unanswered: 1");
      assertThat(GrpcUnderTest.summary(fate(sent.get(10, TimeUnit.SECONDS))))
          .isEqualTo("TargetFailed - Timeout");
    }
  }

  private static GrpcAnswers answers() {
    var spec = GrpcUnderTest.spec("a:1", "transport: Plaintext", "{}", "{}");
    return new GrpcAnswers(
        new GrpcVerdicts(spec.target().grpc(), spec.delivery().retry()),
        new TransportFailures(
            new TransportFailures.Advice("target", "a", "b", "c", "d", "e", "f", "g", "h")),
        message -> message,
        false,
        AnswerKeeping.NOTHING,
        (notice, limited) -> {},
        Clock.systemUTC());
  }

  private MessageStream.Sent send(Deadlines.Watched watched) {
    var message =
        new StreamMessage(
            MessageBody.of("m".getBytes(StandardCharsets.UTF_8)),
            Records.assignment("orders", 0),
            watched);
    return stream.send(message, true, () -> true);
  }

  private static Verdict fate(MessageStream.Sent sent) {
    return ((MessageStream.Sent.Met) sent).fate().verdict();
  }

  /** Of a message that could not be written whole, and whose answer is there nevertheless. */
  private Verdict fateAfter(IOException failure) throws Exception {
    var written = new CountDownLatch(1);
    stream.isOpen(
        Okio.buffer(
            new ForwardingSink(Okio.blackhole()) {
              @Override
              public void write(Buffer source, long byteCount) throws IOException {
                written.countDown();
                throw failure;
              }
            }),
        null);
    try (var deadlines = new Deadlines(Duration.ofMinutes(1), System::nanoTime);
        var watched = deadlines.watch(call, null);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var sent = CompletableFuture.supplyAsync(() -> send(watched), lanes);
      assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
      await().until(() -> !stream.takesMore());
      assertThat(stream.answered(OK)).isTrue();
      return fate(sent.get(10, TimeUnit.SECONDS));
    }
  }
}
