package dev.kafkaapibridge.runtime.target;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The API being called, over whatever transport. Safe for all lanes at once. */
public interface Target extends AutoCloseable {

  /**
   * A record as a request, made once and sent as often as it takes; or the reason why it can't be
   * one.
   */
  sealed interface Prepared {
    record Ready(Call call) implements Prepared {}

    record Refused(Verdict.RecordRefused verdict) implements Prepared {}

    /** The spec asks to make no call for it. */
    record Skipped() implements Prepared {}

    /**
     * Something is missing that neither the record nor the target is to blame for: it is prepared
     * again later, as often as it takes.
     *
     * @param reason one word
     */
    record NotYet(String reason) implements Prepared {}
  }

  /**
   * One request that can be sent again and again, each time with the same idempotency key and the
   * credentials of the moment.
   */
  interface Call {
    /**
     * Sends once and blocks for the answer. Never throws for what the target or the network does.
     *
     * @param leaving asked when the request is about to be written, which it is not if that says
     *     false; not asked where it comes to none
     */
    Verdict send(BooleanSupplier leaving);

    default Verdict send() {
      return send(() -> true);
    }
  }

  Prepared prepare(SourceRecord record);

  /** How it takes several records in one request; empty: the spec asks for single ones. */
  default Optional<Batches> batches() {
    return Optional.empty();
  }

  /** What it was given and does not go by, with the reason and the fix; calls go on without it. */
  default Optional<Verdict.TargetMisconfigured> setAside() {
    return Optional.empty();
  }

  /** Its connections and streams, for meters. */
  ChannelCounts channel();

  /** The longest that one call can take. */
  Duration longestCall();

  /** Scheme, host and port, for people. */
  String endpoint();

  @Override
  void close();
}
