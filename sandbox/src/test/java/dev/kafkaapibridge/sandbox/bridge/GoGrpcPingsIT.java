package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.bridge.GoRun.Way;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gRPC server in another language that sends away who pings more often than every five minutes,
 * as it does unless it is told otherwise, and answers after twelve.
 */
@EnabledIfSystemProperty(named = "kab.scale", matches = "full", disabledReason = "12 minutes")
@Timeout(900)
class GoGrpcPingsIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  static Path program;

  @BeforeAll
  static void startBroker() {
    program = GoProgram.built();
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  /** One record each, at the same time. */
  @Test
  void callsAndStreamsThatStayOpenForTwelveMinutesArePingedTwiceAndNotSentAway() throws Exception {
    try (var runs = new Runs()) {
      for (Way way : Way.values()) {
        runs.start(way);
      }
      for (GoRun run : runs.all) {
        await()
            .atMost(Duration.ofMinutes(13))
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> run.server.counts().accepted().length == 1);
      }
      for (int i = 0; i < runs.all.size(); i++) {
        GoRun run = runs.all.get(i);
        run.toTheEnd(runs.bridges.get(i));
        run.assertAllAcceptedInOrder();
        GoOrders.Counts counts = run.server.counts();
        assertThat(counts.pings()).as("pings, %s", Way.values()[i]).isEqualTo(2);
        assertThat(counts.calls()).as("calls, %s", Way.values()[i]).isEqualTo(1);
        assertThat(counts.connected()).as("connections, %s", Way.values()[i]).isEqualTo(1);
      }
    }
  }

  private static final class Runs implements AutoCloseable {
    final List<GoRun> all = new ArrayList<>();
    final List<RunningBridge> bridges = new ArrayList<>();

    void start(Way way) {
      var run =
          new GoRun(broker, program, directory, "pings-" + way, "{\"DelayMillis\": 700000}")
              .with("workload: {terminationGracePeriodSeconds: 900}");
      all.add(run);
      run.producer.produce(1);
      bridges.add(
          run.bridge(run.server.addressThatResets(), way, "800s", "retry: {maxAttempts: 1}"));
    }

    @Override
    public void close() {
      bridges.forEach(RunningBridge::close);
      all.forEach(GoRun::close);
    }
  }
}
