package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.runtime.pace.LimitNotice;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.Clues;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, brought to a verdict. The status line decides unless a rule looks at
 * the body: what was accepted stays accepted, whatever becomes of a body that nobody needs. Bodies
 * are read only where somebody needs them.
 */
final class Exchange implements AutoCloseable {

  /** Told what the answers say of the target's limit. */
  interface Limits {
    void told(LimitNotice notice, boolean limited);
  }

  /** What to make of an answer that names another place. */
  interface Follow {
    Verdict to(int status, @Nullable String location);
  }

  private static final byte[] NOTHING = new byte[0];

  /**
   * OkHttp refuses a body where none may be (RFC 9110, 15.3.5 and 15.3.6), although nobody is going
   * to read it.
   */
  private static final Pattern BODY_WHERE_NONE_MAY_BE =
      Pattern.compile("HTTP (20[45]) had non-zero Content-Length.*");

  private final HttpVerdicts verdicts;
  private final TransportFailures failures;
  private final AnswerBodies bodies;
  private final boolean excerpts;
  private final KeptAnswer.Keeping keeping;
  private final BooleanSupplier everAccepted;
  private final Limits limits;
  private final Silence silence = new Silence(System::nanoTime);
  private final Deadlines deadlines;
  private final Clock clock;

  Exchange(
      HttpSpec http,
      DeliverySpec delivery,
      boolean excerpts,
      KeptAnswer.Keeping keeping,
      BooleanSupplier everAccepted,
      Limits limits,
      Clock clock) {
    this.deadlines = new Deadlines(http.requestTimeout(), System::nanoTime);
    this.verdicts = new HttpVerdicts(http, delivery.retry());
    this.failures = new TransportFailures(http);
    this.bodies = new AnswerBodies(http.maxResponseBytes());
    this.excerpts = excerpts;
    this.keeping = keeping;
    this.everAccepted = everAccepted;
    this.limits = limits;
    this.clock = clock;
  }

  /** Never throws for what the target or the network does. */
  Verdict with(OkHttpClient client, Request request, Follow follow) {
    Call call = client.newCall(request);
    try (var deadline = deadlines.watch(call, request.tag(Departure.class))) {
      try {
        Response response = call.execute();
        silence.heard();
        try {
          return judge(response, deadline, follow, request.tag(ItemStatuses.Wanted.class));
        } finally {
          finish(call, response);
        }
      } catch (IOException | RuntimeException e) {
        // The latter for numbers in answers that OkHttp doesn't expect.
        return noAnswer(client, deadline.began(), deadline.cause(e), follow);
      }
    }
  }

  private Verdict noAnswer(OkHttpClient client, long began, Exception e, Follow follow) {
    if (e instanceof ProtocolException) {
      Matcher bodiless = BODY_WHERE_NONE_MAY_BE.matcher(String.valueOf(e.getMessage()));
      if (bodiless.matches()) {
        Verdict verdict = of(new Read(Integer.parseInt(bodiless.group(1)), null, NOTHING), follow);
        return keeping.keeps(verdict)
            ? verdict.with(new KeptAnswer(null, Map.of(), NOTHING, false))
            : verdict;
      }
    }
    boolean timedOutOrCut = e instanceof InterruptedIOException;
    if (timedOutOrCut && silence.hasLastedSince(began)) {
      client.connectionPool().evictAll();
    }
    return failed(e);
  }

  /**
   * Reads what is left, so that the connection can be used again. One that has more than allowed,
   * or breaks, is hung up on, or OkHttp would go on reading for a while.
   */
  private void finish(Call call, Response response) {
    try (response) {
      if (!bodies.drain(response.body().source())) {
        call.cancel();
      }
    } catch (IOException | RuntimeException e) {
      call.cancel(); // what broke can't be used again, which is all that is lost
    }
  }

  private Verdict failed(Exception e) {
    return Thread.currentThread().isInterrupted() || e instanceof LastLook.Fenced
        ? new Verdict.Cut("-")
        : failures.verdict(e);
  }

  private Verdict judge(
      Response response,
      Deadlines.Watched deadline,
      Follow follow,
      ItemStatuses.@Nullable Wanted items) {
    var source = response.body().source();
    int status = NoFollowUps.status(response);
    byte[] body = NOTHING;
    boolean isRead = verdicts.looksAtBodies() || items != null;
    if (isRead) {
      try {
        body = bodies.read(source);
      } catch (IOException | RuntimeException e) {
        return brokenOff(status, deadline.cause(e));
      }
    }
    Verdict verdict = of(new Read(status, response, body), follow);
    if (items != null) {
      items.body = body;
    }
    LimitNotice notice = LimitHeaders.read(response.headers(), clock.instant());
    if (notice != null) {
      limits.told(notice, verdict instanceof Verdict.RateLimited);
    }
    boolean accepted = verdict instanceof Verdict.Accepted;
    boolean keeps = keeping.keeps(verdict);
    if (!isRead && accepted && keeps) {
      try {
        body = bodies.read(source);
      } catch (IOException | RuntimeException e) {
        return brokenOff(status, deadline.cause(e));
      }
    } else if (!isRead && !accepted && (keeps || excerpts)) {
      body = bodies.beginning(source);
    }
    if (excerpts && !accepted) {
      verdict = withExcerpt(verdict, body);
    }
    return keeps ? verdict.with(kept(response, body).with(verdict)) : verdict;
  }

  private static KeptAnswer kept(Response response, byte[] body) {
    boolean more;
    try {
      more = !response.body().source().exhausted();
    } catch (IOException | RuntimeException e) {
      more = true; // it has broken off
    }
    return new KeptAnswer(response.header("Content-Type"), byName(response), body, more);
  }

  private static Map<String, String> byName(Response response) {
    var byName = new HashMap<String, String>();
    response
        .headers()
        .forEach(header ->
            byName.merge(
                header.getFirst().toLowerCase(Locale.ROOT),
                header.getSecond(),
                (one, other) -> one + ", " + other));
    return byName;
  }

  private Verdict of(Read answer, Follow follow) {
    Verdict verdict = verdicts.of(answer, everAccepted.getAsBoolean(), clock.instant());
    return verdict instanceof Verdict.Again
        ? follow.to(answer.status(), answer.header("Location"))
        : verdict;
  }

  /** What the status says of one record of a batch. */
  Verdict ofItem(int status) {
    return verdicts.ofItem(status, clock.instant());
  }

  /** Half an answer can't be held against rules that look at the whole. */
  private Verdict brokenOff(int status, Exception e) {
    return switch (failed(e)) {
      case Verdict.TargetFailed failed ->
          new Verdict.TargetFailed(
              Integer.toString(status),
              failed.reason(),
              "the answer broke off before its body was whole, which is needed",
              failed.clues());
      case Verdict other -> other;
    };
  }

  private static Verdict withExcerpt(Verdict verdict, byte[] body) {
    return body.length == 0 ? verdict : verdict.with(new Clues(null, AnswerBodies.text(body)));
  }

  @Override
  public void close() {
    deadlines.close();
  }

  /**
   * @param response null where nothing is known but the status
   */
  private record Read(int status, @Nullable Response response, byte[] body) implements Answer {
    @Override
    public @Nullable String header(String name) {
      return response == null ? null : response.header(name);
    }

    @Override
    public Map<String, String> headers() {
      return response == null ? Map.of() : byName(response);
    }
  }
}
