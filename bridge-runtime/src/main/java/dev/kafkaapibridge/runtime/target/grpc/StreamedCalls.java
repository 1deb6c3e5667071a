package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target.Call;
import dev.kafkaapibridge.runtime.target.Target.Prepared;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Each record is a message of a stream that it shares with others. Safe for all lanes. */
final class StreamedCalls implements Calls {

  private final GrpcRequests requests;
  private final Streams streams;

  StreamedCalls(GrpcRequests requests, Streams streams) {
    this.requests = requests;
    this.streams = streams;
  }

  @Override
  public Prepared prepare(SourceRecord record) {
    return switch (requests.message(record)) {
      case GrpcRequests.Made.Message(var body) ->
          new Prepared.Ready(new StreamedCall(record, body));
      case GrpcRequests.Made.NotYet ignored -> new Prepared.Ready(new StreamedCall(record, null));
      case GrpcRequests.Made.Impossible(var why) -> new Prepared.Refused(why);
      case GrpcRequests.Made.None ignored -> new Prepared.Skipped();
      case GrpcRequests.Made.Whole ignored -> throw new IllegalStateException("a stream");
    };
  }

  /** One record's message, as often as it is sent. Owned by the record's lane. */
  private final class StreamedCall implements Call {
    private final SourceRecord record;
    private @Nullable MessageBody body;
    private int company = Fate.ANY;
    private final Refusals refusals =
        new Refusals("the stream ended without an answer to the message");

    /**
     * @param body null: what it is made by was not there yet
     */
    StreamedCall(SourceRecord record, @Nullable MessageBody body) {
      this.record = record;
      this.body = body;
    }

    @Override
    public Verdict send(BooleanSupplier leaving) {
      MessageBody made = body;
      return made == null ? makeAndSend(leaving) : send(made, leaving);
    }

    private Verdict makeAndSend(BooleanSupplier leaving) {
      return switch (requests.message(record)) {
        case GrpcRequests.Made.Message(var made) -> {
          body = made;
          yield send(made, leaving);
        }
        case GrpcRequests.Made.NotYet(var why) -> why;
        case GrpcRequests.Made.Impossible(var why) -> why;
        case GrpcRequests.Made.None ignored ->
            throw new IllegalStateException("a record that is to be skipped has no call");
        case GrpcRequests.Made.Whole ignored -> throw new IllegalStateException("a stream");
      };
    }

    private Verdict send(MessageBody made, BooleanSupplier leaving) {
      Fate fate = streams.send(record, made, company, leaving);
      if (fate.company() < company) {
        company = fate.company();
        return fate.verdict(); // it is looked for the one to blame, which comes to an end
      }
      return refusals.after(fate.verdict());
    }
  }

  @Override
  public void close() {
    streams.close();
  }
}
