package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.v1alpha1.StreamSpec;
import dev.kafkaapibridge.api.v1alpha1.StreamSpec.Acknowledgement;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.ChannelCounts;
import dev.kafkaapibridge.runtime.target.http.Deadlines;
import dev.kafkaapibridge.runtime.target.http.Departure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * Owns the streams to the target. Where each answer ends a record, a partition has a stream of its
 * own; where a stream's end ends all its records, the partitions share one, and while its end is
 * awaited the next is filled. Streams end when they are full, old, idle, or their connection is to
 * be left. Safe for all lanes.
 */
final class Streams implements AutoCloseable {

  /**
   * @param of null: of all partitions
   * @param company messages that a stream has here at most
   */
  private record Place(@Nullable Assignment of, int company) {}

  private record Open(Call call, Departure departure, MessageStream stream, Place place) {}

  private sealed interface Joined {
    record To(Open open, boolean opener) implements Joined {}

    record None(Fate fate) implements Joined {}
  }

  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final long IDLE = Duration.ofSeconds(30).toNanos();
  private static final long AT_CLOSE = Duration.ofSeconds(1).toNanos();

  private final Acknowledgement acknowledgement;
  private final int capacity;
  private final long longest;
  private final long deadline;
  private final StreamOpening opening;
  private final GrpcAnswers answers;
  private final LongConsumer sent;
  private final ChannelCounts counts;
  private final Deadlines deadlines;
  private final LastHeard lastHeard;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Place, Open> places = new HashMap<>(); // guarded by lock
  private final Set<Open> alive = ConcurrentHashMap.newKeySet();
  private final Thread sweeping;
  private volatile boolean closed;

  /**
   * @param atOnce records that can be under way at once
   * @param deadline from a message to its acknowledgement
   * @param sent told 1 for each message that is written
   * @param counts told of each stream that begins and ends
   */
  Streams(
      StreamSpec spec,
      int atOnce,
      Duration deadline,
      StreamOpening opening,
      GrpcAnswers answers,
      LastHeard lastHeard,
      LongConsumer sent,
      ChannelCounts counts) {
    this.acknowledgement = spec.acknowledgement();
    boolean together = acknowledgement == Acknowledgement.StreamClose;
    this.capacity = together ? Math.min(spec.maxRecords(), atOnce) : spec.maxRecords();
    this.deadline = deadline.toNanos();
    // The first message, too, is to have its answer in time.
    this.longest =
        together
            ? Math.min(spec.maxDuration().toNanos(), this.deadline / 2)
            : spec.maxDuration().toNanos();
    this.opening = opening;
    this.answers = answers;
    this.lastHeard = lastHeard;
    this.sent = sent;
    this.counts = counts;
    this.deadlines = new Deadlines(deadline, System::nanoTime);
    this.sweeping = Thread.ofVirtual().name("streams").start(this::sweep);
  }

  /**
   * Writes the message on a stream and waits for its fate. Never throws for what the target or the
   * network does.
   *
   * @param company in a stream of at most so many
   */
  Fate send(SourceRecord record, MessageBody body, int company, BooleanSupplier leaving) {
    var place =
        new Place(
            acknowledgement == Acknowledgement.PerResponse ? record.assignment() : null, company);
    while (true) {
      switch (join(place, record)) {
        case Joined.None(var fate) -> {
          return fate;
        }
        case Joined.To(var open, var opener) -> {
          try (var deadline = deadlines.watch(open.call(), open.departure())) {
            var message = new StreamMessage(body, record.assignment(), deadline);
            switch (open.stream().send(message, opener, leaving)) {
              case MessageStream.Sent.Met(var fate) -> {
                return fate;
              }
              case MessageStream.Sent.Elsewhere ignored -> {} // the next look finds another
            }
          }
        }
      }
    }
  }

  private Joined join(Place place, SourceRecord record) {
    lock.lock();
    try {
      Open open = places.get(place);
      if (open != null && open.stream().takesMore()) {
        return new Joined.To(open, false);
      }
      var departure = new Departure(record.assignment());
      var body = new DuplexBody(departure);
      return switch (opening.by(record, body, departure)) {
        case StreamOpening.Opened.Impossible(var fate) -> new Joined.None(fate);
        case StreamOpening.Opened.As(var call) ->
            new Joined.To(open(place, call, body, departure), true);
      };
    } finally {
      lock.unlock();
    }
  }

  private Open open(Place place, Call call, DuplexBody body, Departure departure) {
    var stream =
        new MessageStream(
            call,
            acknowledgement,
            Math.min(capacity, place.company()),
            longest,
            () -> sent.accept(1));
    body.of(stream);
    var open = new Open(call, departure, stream, place);
    places.put(place, open);
    alive.add(open);
    counts.streamOpened();
    boolean oneByOne = acknowledgement == Acknowledgement.PerResponse;
    var reader = new StreamReader(call, departure, stream, oneByOne, answers, lastHeard);
    Thread.ofVirtual()
        .name("stream")
        .start(() -> {
          try {
            reader.run();
          } finally {
            gone(open);
          }
        });
    return open;
  }

  private void gone(Open open) {
    alive.remove(open);
    counts.streamEnded(open.stream().written());
    lock.lock();
    try {
      places.remove(open.place(), open);
    } finally {
      lock.unlock();
    }
  }

  private void sweep() {
    while (!closed) {
      LockSupport.parkNanos(this, SWEEP.toNanos());
      alive.forEach(this::look);
    }
  }

  /** Ends what nobody needs: who waits on a stream looks after it, but nobody may. */
  private void look(Open open) {
    MessageStream stream = open.stream();
    if (stream.isOpening()) {
      return;
    }
    long still = System.nanoTime() - stream.lastWrite();
    Assignment of = open.place().of();
    if (!stream.takesMore()
        || still > IDLE && stream.unanswered() == 0
        || of != null && of.hasEnded()
        || of == null && still > SWEEP.toNanos()) {
      stream.retire();
      if (still > deadline + SWEEP.toNanos() && stream.unanswered() == 0) {
        open.call().cancel(); // the server doesn't end it
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(sweeping);
    alive.forEach(open -> open.stream().retire());
    long until = System.nanoTime() + AT_CLOSE;
    while (!alive.isEmpty() && System.nanoTime() < until) {
      LockSupport.parkNanos(this, 5_000_000);
    }
    alive.forEach(open -> open.call().cancel());
    deadlines.close();
  }
}
