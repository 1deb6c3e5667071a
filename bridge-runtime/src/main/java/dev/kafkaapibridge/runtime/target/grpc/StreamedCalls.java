package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target.Prepared;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.function.BooleanSupplier;

/** Each record is a message of a stream that it shares with others. Safe for all lanes. */
final class StreamedCalls implements Calls {

  private final GrpcRequests requests;
  private final Route route;
  private final Streams streams;

  StreamedCalls(GrpcRequests requests, Route route, Streams streams) {
    this.requests = requests;
    this.route = route;
    this.streams = streams;
  }

  @Override
  public Prepared prepare(SourceRecord record) {
    return RecordCall.prepare(
        () -> requests.message(record),
        leaving -> requests.ask(record, leaving),
        new Sending(record));
  }

  /** One record's message, as often as it is sent. Owned by the record's lane. */
  private final class Sending implements RecordCall.Sending<MessageBody> {
    private final SourceRecord record;
    private int company = Fate.ANY;
    private final Refusals refusals =
        new Refusals("the stream ended without an answer to the message");

    Sending(SourceRecord record) {
      this.record = record;
    }

    @Override
    public Verdict send(MessageBody body, BooleanSupplier leaving) {
      long began = System.nanoTime();
      Fate fate = streams.send(record, body, company, leaving);
      if (fate.company() < company) {
        company = fate.company();
        return fate.verdict(); // it is looked for the one to blame, which comes to an end
      }
      return route.judged(refusals.after(fate.verdict()), began);
    }
  }

  @Override
  public void close() {
    streams.close();
  }
}
