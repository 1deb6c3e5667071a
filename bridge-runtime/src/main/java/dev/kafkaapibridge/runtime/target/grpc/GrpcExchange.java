package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.pace.LimitNotice;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.Clues;
import dev.kafkaapibridge.runtime.target.http.AnswerBodies;
import dev.kafkaapibridge.runtime.target.http.Deadlines;
import dev.kafkaapibridge.runtime.target.http.Departure;
import dev.kafkaapibridge.runtime.target.http.LastLook;
import dev.kafkaapibridge.runtime.target.http.LimitHeaders;
import dev.kafkaapibridge.runtime.target.http.NoFollowUps;
import dev.kafkaapibridge.runtime.target.http.RetryAfter;
import dev.kafkaapibridge.runtime.target.http.TransportFailures;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * One call and its answer, brought to a verdict. The status decides unless a rule looks at the
 * message: what was accepted stays accepted. Messages are kept only where somebody needs them.
 */
final class GrpcExchange implements AutoCloseable {

  /** Told what the answers say of the target's limit. */
  interface Limits {
    void told(LimitNotice notice, boolean limited);
  }

  /** What other gRPC clients take of a message, too. Of a larger one nothing is kept. */
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  private final GrpcVerdicts verdicts;
  private final TransportFailures failures;
  private final CallAnswer.Reading reading;
  private final boolean keepsMessages;
  private final boolean excerpts;
  private final Limits limits;
  private final Deadlines deadlines;
  private final LastHeard lastHeard = new LastHeard();
  private final Clock clock;

  /**
   * @param excerpts whether dead letters are to have the beginning of an answer
   */
  GrpcExchange(
      GrpcVerdicts verdicts,
      TransportFailures failures,
      CallAnswer.Reading reading,
      boolean excerpts,
      Duration deadline,
      Limits limits,
      Clock clock) {
    this.verdicts = verdicts;
    this.failures = failures;
    this.reading = reading;
    this.excerpts = excerpts;
    this.keepsMessages = excerpts || verdicts.looksAtMessages();
    this.limits = limits;
    this.deadlines = new Deadlines(deadline, System::nanoTime);
    this.clock = clock;
  }

  /** Never throws for what the target or the network does. */
  Verdict with(OkHttpClient client, Request request) {
    Call call = client.newCall(request);
    Departure departure = request.tag(Departure.class);
    try (var deadline = deadlines.watch(call)) {
      try (Response response = call.execute()) {
        lastHeard.on(departure == null ? null : departure.connection());
        return judge(response);
      } catch (IOException | RuntimeException e) {
        // The latter for what a server may write that OkHttp doesn't expect.
        return noAnswer(departure, deadline.began(), deadline.cause(e));
      }
    }
  }

  private Verdict noAnswer(@Nullable Departure departure, long began, Exception e) {
    if (Thread.currentThread().isInterrupted() || e instanceof LastLook.Fenced) {
      return new Verdict.Cut("-");
    }
    if (e instanceof InterruptedIOException && departure != null) {
      lastHeard.closeIfSilentSince(began, departure.connection());
    }
    return wasNotLookedAt(e) ? new Verdict.Redirected("-") : failures.verdict(e);
  }

  /**
   * The server has said that it hasn't begun with it (RFC 9113, 8.7): it ends the connection, or
   * has enough streams. So nothing is known of the record, and nothing was done with it.
   */
  private static boolean wasNotLookedAt(Exception e) {
    return e instanceof ConnectionShutdownException
        || e instanceof StreamResetException reset && reset.errorCode == ErrorCode.REFUSED_STREAM;
  }

  private Verdict judge(Response response) throws IOException {
    int http = NoFollowUps.status(response);
    String inHeaders = response.header("grpc-status");
    byte[] message = null;
    Map<String, String> headers = byName(response.headers());
    Map<String, String> trailers = headers;
    if (inHeaders == null && isGrpc(response)) {
      message = message(response.body().source());
      trailers = byName(response.trailers());
    }
    String grpcStatus = trailers.get("grpc-status");
    if (grpcStatus == null && http == 200) {
      return new Verdict.TargetFailed(
          "-",
          "InvalidAnswer",
          isGrpc(response)
              ? "the answer ended without a grpc-status"
              : "the answer is no gRPC: its content-type is not application/grpc");
    }
    CallStatus status =
        grpcStatus == null ? ofProxy(http, response) : CallStatus.of(grpcStatus, trailers);
    Verdict verdict = verdicts.of(new CallAnswer(status, headers, trailers, message, reading));
    LimitNotice notice = LimitHeaders.read(response.headers(), clock.instant());
    if (notice != null) {
      limits.told(notice, verdict instanceof Verdict.RateLimited);
    }
    return excerpts && message != null && message.length > 0
        ? verdict.with(new Clues(null, AnswerBodies.text(message)))
        : verdict;
  }

  private CallStatus ofProxy(int http, Response response) {
    Duration wait =
        RetryAfter.parse(response.header("Retry-After"), response.header("Date"), clock.instant());
    return new CallStatus(
        Code.ofHttp(http), "HTTP status " + http + " and no gRPC", StatusDetails.NONE, wait);
  }

  private static boolean isGrpc(Response response) {
    String type = response.header("content-type");
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/grpc");
  }

  /** Reads to the answer's end, where the trailers are; null: none that can be shown. */
  private byte @Nullable [] message(BufferedSource source) throws IOException {
    byte[] message = null;
    if (keepsMessages && source.request(5)) {
      boolean compressed = source.readByte() != 0;
      long length = source.readInt() & 0xFFFFFFFFL;
      // Nobody was told that we read compressed ones.
      if (!compressed && length <= MAX_MESSAGE_BYTES) {
        message = source.readByteArray(length);
      }
    }
    while (!source.exhausted()) {
      source.skip(source.getBuffer().size());
    }
    return message;
  }

  private static Map<String, String> byName(Headers headers) {
    var byName = new HashMap<String, String>();
    headers.forEach(header ->
        byName.merge(
            header.getFirst().toLowerCase(Locale.ROOT),
            header.getSecond(),
            (one, other) -> one + ", " + other));
    return byName;
  }

  @Override
  public void close() {
    deadlines.close();
  }
}
