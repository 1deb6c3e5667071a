package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.Departure;
import java.io.IOException;
import java.util.Map;
import okhttp3.Call;
import okhttp3.Response;
import okio.BufferedSource;

/** Opens one stream and reads what comes back, to its end; on a thread of its own. */
final class StreamReader implements Runnable {

  private static final Verdict TOO_MANY =
      new Verdict.TargetFailed(
          "-", "InvalidAnswer", "the server answered more messages than it was sent");

  private final Call call;
  private final Departure departure;
  private final MessageStream stream;
  private final boolean oneByOne;
  private final GrpcAnswers answers;
  private final LastHeard lastHeard;

  /**
   * @param oneByOne whether each answer ends a record
   */
  StreamReader(
      Call call,
      Departure departure,
      MessageStream stream,
      boolean oneByOne,
      GrpcAnswers answers,
      LastHeard lastHeard) {
    this.call = call;
    this.departure = departure;
    this.stream = stream;
    this.oneByOne = oneByOne;
    this.answers = answers;
    this.lastHeard = lastHeard;
  }

  @Override
  public void run() {
    Exception broke = new IOException("its reader failed");
    Verdict status = null;
    try (Response response = call.execute()) {
      status = read(response);
    } catch (IOException | RuntimeException e) {
      // The latter for what a server may write that OkHttp doesn't expect.
      broke = e;
    } finally {
      // Whatever happened here: lanes wait for it.
      if (status == null) {
        broken(broke);
      } else {
        stream.ended(new StreamEnd.Said(status), late -> {});
      }
    }
  }

  private Verdict read(Response response) throws IOException {
    lastHeard.on(departure.connection());
    if (!HeadersAndTrailers.announceMessages(response)) {
      return answers.end(response, null);
    }
    Map<String, String> headers = HeadersAndTrailers.byName(response.headers());
    BufferedSource source = response.body().source();
    byte[] first = null;
    while (!source.exhausted()) {
      byte[] message = answers.nextMessage(source);
      lastHeard.on(departure.connection());
      if (oneByOne) {
        if (!stream.answered(answers.one(headers, message))) {
          return TOO_MANY;
        }
      } else if (first == null) {
        first = message;
      }
    }
    return answers.end(response, first);
  }

  private void broken(Exception why) {
    stream.ended(
        new StreamEnd.Broke(why, answers),
        late -> lastHeard.closeIfSilentSince(late.deadline.began(), departure.connection()));
  }
}
