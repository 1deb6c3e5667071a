package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.pace.LimitNotice;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.Clues;
import dev.kafkaapibridge.runtime.target.http.AnswerBodies;
import dev.kafkaapibridge.runtime.target.http.LastLook;
import dev.kafkaapibridge.runtime.target.http.LimitHeaders;
import dev.kafkaapibridge.runtime.target.http.NoFollowUps;
import dev.kafkaapibridge.runtime.target.http.RetryAfter;
import dev.kafkaapibridge.runtime.target.http.TransportFailures;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.Response;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * From what a server answers, or doesn't, to a verdict. The status decides unless a rule looks at
 * the message: what was accepted stays accepted. Messages are kept only where somebody needs them.
 * Safe for all lanes.
 */
final class GrpcAnswers {

  /** Told what the answers say of the target's limit. */
  interface Limits {
    void told(LimitNotice notice, boolean limited);
  }

  /** What other gRPC clients take of a message, too. Of a larger one nothing is kept. */
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  private final GrpcVerdicts verdicts;
  private final TransportFailures failures;
  private final CallAnswer.Reading reading;
  private final boolean byStatusAlone;
  private final boolean keepsMessages;
  private final boolean excerpts;
  private final AnswerKeeping keeping;
  private final Limits limits;
  private final Clock clock;

  /**
   * @param excerpts whether dead letters are to have the beginning of an answer
   * @param keeping what is kept of answers for their topic
   */
  GrpcAnswers(
      GrpcVerdicts verdicts,
      TransportFailures failures,
      CallAnswer.Reading reading,
      boolean excerpts,
      AnswerKeeping keeping,
      Limits limits,
      Clock clock) {
    this.verdicts = verdicts;
    this.failures = failures;
    this.reading = reading;
    this.excerpts = excerpts;
    this.keeping = keeping;
    this.byStatusAlone = verdicts.areByStatusAlone() && !keeping.isWanted();
    this.keepsMessages = excerpts || verdicts.looksAtMessages() || keeping.isWanted();
    this.limits = limits;
    this.clock = clock;
  }

  /** There was no answer, or it broke off. */
  Verdict none(Exception e) {
    if (Thread.currentThread().isInterrupted() || e instanceof LastLook.Fenced) {
      return new Verdict.Cut("-");
    }
    return wasNotLookedAt(e)
        ? new Verdict.Again("-", Verdict.Again.Why.NotLookedAt)
        : failures.verdict(e);
  }

  /**
   * The server has said that it hasn't begun with it (RFC 9113, 8.7): it ends the connection, or
   * has enough streams. So nothing is known of the record, and nothing was done with it.
   */
  private static boolean wasNotLookedAt(Exception e) {
    return e instanceof ConnectionShutdownException
        || e instanceof StreamResetException reset && reset.errorCode == ErrorCode.REFUSED_STREAM;
  }

  /** A call's whole answer; reads what is left of it, to the trailers. */
  Verdict whole(Response response) throws IOException {
    if (!HeadersAndTrailers.announceMessages(response)) {
      return end(response, response.headers(), null);
    }
    BufferedSource source = response.body().source();
    if (keeping.isWanted()) {
      var messages = new AnswerKeeping.Messages();
      while (!source.exhausted()) {
        messages.add(nextMessage(source));
      }
      return looked(response, response.trailers(), messages);
    }
    byte[] message = null;
    if (keepsMessages && source.request(5)) {
      long length = shownLength(source);
      if (length >= 0) {
        source.skip(5);
        message = source.readByteArray(length);
      }
    }
    while (!source.exhausted()) {
      source.skip(source.getBuffer().size());
    }
    return end(response, response.trailers(), message);
  }

  /**
   * The end of an answer whose messages have been read.
   *
   * @param message what rules are shown
   */
  Verdict end(Response response, byte @Nullable [] message) throws IOException {
    Headers last =
        HeadersAndTrailers.announceMessages(response) ? response.trailers() : response.headers();
    return end(response, last, message);
  }

  /**
   * @param last its trailers; its headers where it has no others
   */
  private Verdict end(Response response, Headers last, byte @Nullable [] message) {
    if (byStatusAlone && HeadersAndTrailers.sayOk(response, last)) {
      return heard(response, GrpcVerdicts.ACCEPTED);
    }
    var messages = new AnswerKeeping.Messages();
    if (message != null) {
      messages.add(message);
    }
    return looked(response, last, messages);
  }

  private Verdict looked(Response response, Headers last, AnswerKeeping.Messages messages) {
    byte[] message = messages.first();
    int http = NoFollowUps.status(response);
    Map<String, String> headers = HeadersAndTrailers.byName(response.headers());
    Map<String, String> trailers =
        last == response.headers() ? headers : HeadersAndTrailers.byName(last);
    String grpcStatus = trailers.get("grpc-status");
    if (grpcStatus == null && http == 200) {
      return new Verdict.TargetFailed(
          "-",
          "InvalidAnswer",
          HeadersAndTrailers.areOfGrpc(response)
              ? "the answer ended without a grpc-status"
              : "the answer is no gRPC: its content-type is not application/grpc");
    }
    CallStatus status =
        grpcStatus == null ? ofProxy(http, response) : CallStatus.of(grpcStatus, trailers);
    Verdict verdict =
        heard(response, verdicts.of(new CallAnswer(status, headers, trailers, message, reading)));
    return keeping.in(withExcerpt(verdict, message), headers, trailers, messages);
  }

  /** Passes on what the answer tells of the target's limit. */
  private Verdict heard(Response response, Verdict verdict) {
    LimitNotice notice = LimitHeaders.read(response.headers(), clock.instant());
    if (notice != null) {
      limits.told(notice, verdict instanceof Verdict.RateLimited);
    }
    return verdict;
  }

  /** One message of an answer that goes on, and that ends a record by itself. */
  Verdict one(Map<String, String> headers, byte @Nullable [] message) {
    if (byStatusAlone) {
      return GrpcVerdicts.ACCEPTED;
    }
    var messages = new AnswerKeeping.Messages();
    messages.add(message);
    Verdict verdict =
        verdicts.of(new CallAnswer(CallStatus.OK, headers, Map.of(), message, reading));
    return keeping.in(withExcerpt(verdict, message), headers, Map.of(), messages);
  }

  private Verdict withExcerpt(Verdict verdict, byte @Nullable [] message) {
    boolean wanted = excerpts && !(verdict instanceof Verdict.Accepted);
    return wanted && message != null && message.length > 0
        ? verdict.with(new Clues(null, AnswerBodies.text(message)))
        : verdict;
  }

  private CallStatus ofProxy(int http, Response response) {
    Duration wait =
        RetryAfter.parse(response.header("Retry-After"), response.header("Date"), clock.instant());
    return new CallStatus(
        Code.ofHttp(http), "HTTP status " + http + " and no gRPC", StatusDetails.NONE, wait);
  }

  /** Reads one message; null: nobody needs it, or it can't be shown. */
  byte @Nullable [] nextMessage(BufferedSource source) throws IOException {
    source.require(5);
    long shown = keepsMessages ? shownLength(source) : -1;
    source.skip(1);
    long length = source.readInt() & 0xFFFFFFFFL;
    if (shown >= 0) {
      return source.readByteArray(length);
    }
    source.skip(length);
    return null;
  }

  /** How long the message is that comes next, if it can be shown; else -1. */
  private static long shownLength(BufferedSource source) throws IOException {
    BufferedSource head = source.peek();
    boolean compressed = head.readByte() != 0;
    long length = head.readInt() & 0xFFFFFFFFL;
    // Nobody was told that we read compressed ones.
    return !compressed && length <= MAX_MESSAGE_BYTES ? length : -1;
  }
}
