package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.Deadlines;
import dev.kafkaapibridge.runtime.target.http.Departure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One call of one message, and its whole answer, brought to a verdict. Safe for all lanes. */
final class GrpcExchange implements AutoCloseable {

  private final GrpcAnswers answers;
  private final Deadlines deadlines;
  private final LastHeard lastHeard;

  GrpcExchange(GrpcAnswers answers, Duration deadline, LastHeard lastHeard) {
    this.answers = answers;
    this.lastHeard = lastHeard;
    this.deadlines = new Deadlines(deadline, System::nanoTime);
  }

  /** Reads a whole answer. */
  interface Reading<T> {
    T of(Response response) throws IOException;
  }

  /** Never throws for what the target or the network does. */
  Verdict with(OkHttpClient client, Request request) {
    return with(client, request, answers::whole, verdict -> verdict);
  }

  /**
   * @param none what it means that there was no answer
   */
  <T> T with(OkHttpClient client, Request request, Reading<T> reading, Function<Verdict, T> none) {
    Call call = client.newCall(request);
    Departure departure = request.tag(Departure.class);
    try (var deadline = deadlines.watch(call, departure)) {
      try (Response response = call.execute()) {
        lastHeard.on(departure == null ? null : departure.connection());
        return reading.of(response);
      } catch (IOException | RuntimeException e) {
        // The latter for what a server may write that OkHttp doesn't expect.
        return none.apply(noAnswer(departure, deadline.began(), deadline.cause(e)));
      }
    }
  }

  private Verdict noAnswer(@Nullable Departure departure, long began, Exception e) {
    Verdict verdict = answers.none(e);
    if (e instanceof InterruptedIOException
        && departure != null
        && !(verdict instanceof Verdict.Cut)) {
      lastHeard.closeIfSilentSince(began, departure.connection());
    }
    return verdict;
  }

  @Override
  public void close() {
    deadlines.close();
  }
}
