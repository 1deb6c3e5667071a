package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target.Call;
import dev.kafkaapibridge.runtime.target.Target.Prepared;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.Departure;
import java.util.function.BooleanSupplier;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

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
    return switch (requests.make(record)) {
      case GrpcRequests.Made.Whole(var request) ->
          new Prepared.Ready(new UnaryCall(record, request));
      case GrpcRequests.Made.NotYet ignored -> new Prepared.Ready(new UnaryCall(record, null));
      case GrpcRequests.Made.Impossible(var why) -> new Prepared.Refused(why);
      case GrpcRequests.Made.None ignored -> new Prepared.Skipped();
      case GrpcRequests.Made.Message ignored -> throw new IllegalStateException("no stream");
    };
  }

  /** One record's call. Owned by the record's lane. */
  private final class UnaryCall implements Call {
    private final SourceRecord record;
    private @Nullable Request request;
    private final Refusals refusals =
        new Refusals("the target refused the stream, or ended the connection,");

    /**
     * @param request null: what it is made by was not there yet
     */
    UnaryCall(SourceRecord record, @Nullable Request request) {
      this.record = record;
      this.request = request;
    }

    @Override
    public Verdict send(BooleanSupplier leaving) {
      Request made = request;
      return made == null ? makeAndSend(leaving) : send(made, leaving);
    }

    private Verdict makeAndSend(BooleanSupplier leaving) {
      return switch (requests.make(record)) {
        case GrpcRequests.Made.Whole(var made) -> {
          request = made;
          yield send(made, leaving);
        }
        case GrpcRequests.Made.NotYet(var why) -> why;
        case GrpcRequests.Made.Impossible(var why) -> why;
        case GrpcRequests.Made.None ignored ->
            throw new IllegalStateException("a record that is to be skipped has no call");
        case GrpcRequests.Made.Message ignored -> throw new IllegalStateException("no stream");
      };
    }

    private Verdict send(Request made, BooleanSupplier leaving) {
      Departure departure = made.tag(Departure.class);
      if (departure != null) {
        departure.ask(leaving);
      }
      return refusals.after(
          switch (route.of(made)) {
            case Route.Way.Open(var client, var whole) -> exchange.with(client, whole);
            case Route.Way.Missing(var why) -> why;
          });
    }
  }

  @Override
  public void close() {
    exchange.close();
  }
}
