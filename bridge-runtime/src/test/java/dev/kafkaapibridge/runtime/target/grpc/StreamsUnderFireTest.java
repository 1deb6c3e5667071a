package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams to a server, and over a network, that break all the time. */
@Timeout(120)
class StreamsUnderFireTest {

  private static final String ONE_BY_ONE =
      "transport: Plaintext, mode: BidirectionalStreaming, deadline: 5s, stream: {acknowledgement: PerResponse, maxRecords: %d}";
  private static final String TOGETHER =
      "transport: Plaintext, mode: ClientStreaming, deadline: 5s, stream: {maxRecords: %d}";
  private static final int KEYS = 12;
  private static final int RECORDS = 30;
  private static final Verdict OK = new Verdict.Accepted("OK");

  /** Answers, until it doesn't feel like it; remembers what it has accepted. */
  private static final class Moody implements StreamsServer.Script {
    private final RandomGenerator random;
    private final boolean oneByOne;
    final List<String> accepted = new CopyOnWriteArrayList<>();

    Moody(RandomGenerator random, boolean oneByOne) {
      this.random = random;
      this.oneByOne = oneByOne;
    }

    @Override
    public synchronized void message(StreamsServer.Stream stream, String message) {
      if (stream.isOver()) {
        return;
      }
      switch (random.nextInt(40)) {
        case 0 -> stream.end(Status.UNAVAILABLE);
        case 1 -> stream.end(Status.INTERNAL);
        case 2 -> stream.end(oneByOne ? Status.OK : Status.ABORTED);
        case 3 -> {
          if (oneByOne) {
            take(message);
            stream.answer("");
            stream.end(Status.UNKNOWN);
          }
        }
        default -> {
          if (oneByOne) {
            take(message);
            stream.answer("");
          }
        }
      }
    }

    @Override
    public synchronized void halfClosed(StreamsServer.Stream stream) {
      if (!stream.isOver()) {
        if (!oneByOne) {
          stream.messages.forEach(this::take);
        }
        stream.end(Status.OK);
      }
    }

    private void take(String message) {
      accepted.add(message);
    }
  }

  @Test
  void whateverTheServerSaysNothingIsLostOvertakenOrRepeatedWithoutReason() {
    Seeds.each(
        6,
        random -> {
          boolean oneByOne = random.nextBoolean();
          try (var server = StreamsServer.start()) {
            var moody = new Moody(random, oneByOne);
            server.script = moody;
            run(server.address(), oneByOne, random.nextInt(1, 40), () -> {});
            assertThat(moody.accepted).as("once each").doesNotHaveDuplicates();
            for (int key = 0; key < KEYS; key++) {
              String prefix = key + "-";
              var expected = new ArrayList<String>();
              for (int i = 0; i < RECORDS; i++) {
                expected.add(prefix + i);
              }
              assertThat(moody.accepted.stream().filter(m -> m.startsWith(prefix)))
                  .as("of key " + key)
                  .containsExactlyElementsOf(expected);
            }
          }
        });
  }

  /** Connections are cut at any byte. */
  @Test
  void whereverConnectionsAreCutNothingIsLost() {
    Seeds.each(
        4,
        random -> {
          boolean oneByOne = random.nextBoolean();
          try (var server = StreamsServer.start();
              var proxy = new SilencingProxy(server.port())) {
            var moody = new Moody(random, oneByOne);
            server.script = moody;
            run(proxy.address(), oneByOne, random.nextInt(1, 40), proxy::cut);
            var expected = new ArrayList<String>();
            for (int key = 0; key < KEYS; key++) {
              for (int i = 0; i < RECORDS; i++) {
                expected.add(key + "-" + i);
              }
            }
            assertThat(moody.accepted).containsAll(expected);
          }
        });
  }

  /** Each key's records one after the other, as a lane does, each to its acceptance. */
  private static void run(String address, boolean oneByOne, int maxRecords, Runnable now)
      throws Exception {
    var done = new AtomicBoolean();
    try (var target =
            new GrpcUnderTest()
                .at(address, (oneByOne ? ONE_BY_ONE : TOGETHER).formatted(maxRecords));
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Assignment> partitions =
          List.of(Records.assignment("orders", 0), Records.assignment("orders", 1));
      var ends = new ArrayList<Future<Verdict>>();
      for (int key = 0; key < KEYS; key++) {
        int number = key;
        ends.add(lanes.submit(() -> lane(target, partitions.get(number % 2), number)));
      }
      Future<?> meanwhile =
          lanes.submit(() -> {
            while (!done.get()) {
              TimeUnit.MILLISECONDS.sleep(30);
              now.run();
            }
            return null;
          });
      for (Future<Verdict> end : ends) {
        assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo(OK);
      }
      done.set(true);
      meanwhile.get();
    }
  }

  private static Verdict lane(GrpcTarget target, Assignment of, int key) {
    Verdict verdict = OK;
    for (int i = 0; i < RECORDS && verdict.equals(OK); i++) {
      Target.Call call =
          GrpcUnderTest.call(
              target, Records.record(of, i, "k" + key, key + "-" + i, new RecordHeaders()));
      verdict = call.send();
      for (int again = 0; again < 500 && isToBeSentAgain(verdict); again++) {
        verdict = call.send();
      }
    }
    return verdict;
  }

  private static boolean isToBeSentAgain(Verdict verdict) {
    return verdict instanceof Verdict.Again || verdict instanceof Verdict.TargetFailed;
  }

  /** A firewall that forgot the connection: bytes go nowhere and nobody says so. */
  @Test
  void aConnectionThatIsDeadIsLeftAtTheDeadline() throws Exception {
    String fields = ONE_BY_ONE.formatted(100).replace("5s", "2s");
    try (var server = StreamsServer.start();
        var proxy = new SilencingProxy(server.port());
        var target = new GrpcUnderTest().at(proxy.address(), fields)) {
      Assignment of = Records.assignment("orders", 0);
      assertThat(one(target, of).send()).isEqualTo(OK);
      proxy.silence();
      assertThat(GrpcUnderTest.summary(one(target, of).send())).isEqualTo("TargetFailed - Timeout");
      assertThat(one(target, of).send()).isEqualTo(OK);
    }
  }

  /** Thirty partitions, and a server that takes ten streams a connection. */
  @Test
  void whereAConnectionTakesFewStreamsThereAreMoreConnections() throws Exception {
    try (var server =
            StreamsServer.start(0, builder -> builder.maxConcurrentCallsPerConnection(10));
        var target = new GrpcUnderTest().at(server.address(), ONE_BY_ONE.formatted(100));
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var ends = new ArrayList<Future<Verdict>>();
      for (int partition = 0; partition < 30; partition++) {
        Assignment of = Records.assignment("orders", partition);
        int key = partition;
        ends.add(lanes.submit(() -> lane(target, of, key)));
      }
      for (Future<Verdict> end : ends) {
        assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo(OK);
      }
      assertThat(server.connections()).isGreaterThanOrEqualTo(3);
    }
  }

  private static Target.Call one(GrpcTarget target, Assignment of) {
    return GrpcUnderTest.call(target, Records.record(of, 7, "k", "v", new RecordHeaders()));
  }
}
