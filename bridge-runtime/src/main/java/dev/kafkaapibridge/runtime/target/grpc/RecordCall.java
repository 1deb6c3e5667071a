package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.Target.Call;
import dev.kafkaapibridge.runtime.target.Target.Prepared;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One record's call. It is made once: at first, or, where what it is made by was not there yet,
 * when it is sent. Owned by the record's lane.
 *
 * @param <T> what is sent
 */
final class RecordCall<T> implements Call {

  /** Sends what was made. */
  interface Sending<T> {
    Verdict send(T made, BooleanSupplier leaving);
  }

  /** Asks for what a call is made by, where somebody has to be asked. */
  interface Asking {
    MethodTypes.Leave ask(BooleanSupplier leaving);
  }

  private final Supplier<GrpcRequests.Made<T>> making;
  private final Asking asking;
  private final Sending<T> sending;

  /** Null while what it is made by is not there. */
  private @Nullable T made;

  private RecordCall(
      Supplier<GrpcRequests.Made<T>> making, Asking asking, Sending<T> sending, @Nullable T made) {
    this.making = making;
    this.asking = asking;
    this.sending = sending;
    this.made = made;
  }

  static <T> Prepared prepare(
      Supplier<GrpcRequests.Made<T>> making, Asking asking, Sending<T> sending) {
    return switch (making.get()) {
      case GrpcRequests.Made.Whole<T>(var made) ->
          new Prepared.Ready(new RecordCall<>(making, asking, sending, made));
      case GrpcRequests.Made.NotYet<T> ignored ->
          new Prepared.Ready(new RecordCall<>(making, asking, sending, null));
      case GrpcRequests.Made.Impossible<T>(var why) -> new Prepared.Refused(why);
      case GrpcRequests.Made.None<T> ignored -> new Prepared.Skipped();
      case GrpcRequests.Made.WithoutSchema<T>(var reason) -> new Prepared.NotYet(reason);
    };
  }

  @Override
  public Verdict send(BooleanSupplier leaving) {
    if (asking.ask(leaving) instanceof MethodTypes.Leave.Used(var verdict)) {
      return verdict;
    }
    T known = made;
    return known == null ? makeAndSend(leaving) : sending.send(known, leaving);
  }

  private Verdict makeAndSend(BooleanSupplier leaving) {
    return switch (making.get()) {
      case GrpcRequests.Made.Whole<T>(var fresh) -> {
        made = fresh;
        yield sending.send(fresh, leaving);
      }
      case GrpcRequests.Made.NotYet<T>(var why) -> why;
      case GrpcRequests.Made.Impossible<T>(var why) -> why;
      case GrpcRequests.Made.WithoutSchema<T> ignored ->
          new Verdict.Again("-", Verdict.Again.Why.Asked);
      case GrpcRequests.Made.None<T> ignored ->
          throw new IllegalStateException("a record that is to be skipped has no call");
    };
  }
}
