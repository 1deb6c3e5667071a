package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.GoRun.MANY_ATTEMPTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.bridge.GoRun.Way;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.network.Wire;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gRPC server in another language that breaks off, hangs, or dies. */
@Tag("turn-3") // 250 s
@Timeout(300)
class GoGrpcFaultsIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  static Path program;

  @BeforeAll
  static void startBroker() {
    program = GoProgram.built();
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  private static GoRun run(String name, Way way, String switches) {
    return new GoRun(broker, program, directory, name + "-" + way, switches);
  }

  /** Before a message, behind it, before the answer or behind that. */
  @ParameterizedTest
  @EnumSource
  void whereverStreamsAreResetNothingIsLostOrOvertaken(Way way) {
    int records = Scale.of(2_000, 20_000);
    try (var run = run("resets", way, "{\"ResetEach\": 150}")) {
      run.producer.produce(records);
      run.through(run.server.addressThatResets(), way, "5s", MANY_ATTEMPTS);
      assertThat(run.server.counts().resets()).isGreaterThan(3);
      run.assertAllAcceptedInOrder();
    }
  }

  /**
   * Now and then there is no answer, half of the time though the order was taken. The server sends
   * away who pings more often than every hour, and nobody is.
   */
  @ParameterizedTest
  @EnumSource(names = {"Unary", "OneByOne"})
  void whatIsNotAnsweredInTimeIsSentAgainAndNothingIsPingedForIt(Way way) {
    String hangs =
        """
        {"MinPingMillis": 3600000, "DelayMillis": 1, "Rules": [
          {"Every": 500, "At": 3, "BySequence": true, "First": true, "Hang": true},
          {"Every": 500, "At": 253, "BySequence": true, "First": true, "Hang": true, "Taken": true}]}
        """;
    int records = Scale.of(2_000, 10_000);
    try (var run = run("hangs", way, hangs)) {
      run.producer.produce(records);
      run.through(run.server.address(), way, "1s", MANY_ATTEMPTS);
      GoOrders.Counts counts = run.server.counts();
      run.assertAllAcceptedInOrder();
      assertThat(counts.calls()).isGreaterThanOrEqualTo(records + records / 250);
      assertThat(counts.repeated()).isGreaterThanOrEqualTo(records / 500);
    }
  }

  /** Connections that the way forgets stay half-open: nothing comes through, nobody says so. */
  @ParameterizedTest
  @EnumSource
  void connectionsThatAreForgottenOnTheWayAreLeft(Way way) throws Exception {
    int times = Scale.of(2, 10);
    try (var run = run("half-open", way, "{\"DelayMillis\": 1}");
        var wire = Wire.to(run.server.port());
        var bridge = run.bridge("127.0.0.1:" + wire.port(), way, "1s", MANY_ATTEMPTS)) {
      for (int i = 0; i < times; i++) {
        run.producer.produce(500);
        int half = i * 500 + 250;
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> run.server.counts().accepted().length >= half);
        wire.forgetAll();
        run.producer.produce(500);
      }
      run.toTheEnd(bridge);
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().connected()).isGreaterThan(times);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatIsKilledUnderLoadIsCalledAgain(Way way) {
    int times = Scale.of(3, 20);
    String delay = "{\"DelayMillis\": 1}";
    try (var run = run("restarts", way, delay);
        var bridge = run.bridge(run.server.address(), way, "5s", MANY_ATTEMPTS)) {
      for (int i = 0; i < times; i++) {
        run.producer.produce(800);
        int half = i * 800 + 400;
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> run.server.counts().accepted().length >= half);
        run.server.restart(delay);
      }
      run.toTheEnd(bridge);
      run.assertAllAcceptedInOrder();
      // Taken before the cut, which came before the server could say so: as many as are under way.
      assertThat(run.server.counts().repeated()).isLessThanOrEqualTo(64L * times);
    }
  }
}
