package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.schema.SchemaMissing;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.RecordRefused;
import dev.kafkaapibridge.runtime.target.http.Departure;
import dev.kafkaapibridge.runtime.transform.Unfit;
import okhttp3.Call;

/** Makes the call that a stream is, with metadata from its first record. */
final class StreamOpening {

  sealed interface Opened {
    record As(Call call) implements Opened {}

    /** What becomes of the record that it was to be opened for. */
    record Impossible(Fate fate) implements Opened {}
  }

  private final GrpcRequests requests;
  private final Route route;

  StreamOpening(GrpcRequests requests, Route route) {
    this.requests = requests;
    this.route = route;
  }

  Opened by(SourceRecord first, DuplexBody body, Departure departure) {
    try {
      return switch (route.of(requests.call(first, body, departure))) {
        case Route.Way.Open(var client, var request) -> new Opened.As(client.newCall(request));
        case Route.Way.Missing(var why) -> new Opened.Impossible(Fate.of(why));
      };
    } catch (Unfit e) {
      return new Opened.Impossible(Fate.of(RecordRefused.of(e)));
    } catch (SchemaMissing e) {
      return new Opened.Impossible(Fate.of(new Verdict.Again("-", Verdict.Again.Why.Asked)));
    }
  }
}
