package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target.Prepared;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.Departure;
import java.util.function.BooleanSupplier;
import okhttp3.Request;

/** Each record is a call of its own. Safe for all lanes. */
final class UnaryCalls implements Calls {

  private final GrpcRequests requests;
  private final Route route;
  private final GrpcExchange exchange;

  UnaryCalls(GrpcRequests requests, Route route, GrpcExchange exchange) {
    this.requests = requests;
    this.route = route;
    this.exchange = exchange;
  }

  @Override
  public Prepared prepare(SourceRecord record) {
    var refusals = new Refusals("the target refused the stream, or ended the connection,");
    return RecordCall.prepare(
        () -> requests.make(record),
        leaving -> requests.ask(record, leaving),
        (request, leaving) -> refusals.after(send(request, leaving)));
  }

  private Verdict send(Request request, BooleanSupplier leaving) {
    Departure departure = request.tag(Departure.class);
    if (departure != null) {
      departure.ask(leaving);
    }
    long began = System.nanoTime();
    return switch (route.of(request)) {
      case Route.Way.Open(var client, var whole) ->
          route.judged(exchange.with(client, whole), began);
      case Route.Way.Missing(var why) ->
          Thread.currentThread().isInterrupted() ? new Verdict.Cut("-") : why;
    };
  }

  @Override
  public void close() {
    exchange.close();
  }
}
