package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.GoRun.MANY_ATTEMPTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.bridge.GoRun.Way;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A gRPC server in another language with windows of 64 kB that reads ten records a second, and then
 * as they come.
 */
@Tag("turn-3") // 40 s
@Timeout(300)
class GoGrpcSlowReaderIT {

  private static final int BYTES = 10_000;
  private static final String WINDOW = "\"WindowBytes\": 65536";

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  static Path program;

  @BeforeAll
  static void startBroker() {
    program = GoProgram.built();
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @ParameterizedTest
  @EnumSource(names = {"Unary", "OneByOne"})
  void whatItDoesNotReadWaitsInKafkaAndNotInMemory(Way way) {
    int records = Scale.of(10_000, 50_000);
    String slow = "{" + WINDOW + ", \"PerSecond\": 10}";
    try (var run = new GoRun(broker, program, directory, "slow-" + way, slow, BYTES)) {
      run.producer.produce(records);
      try (var bridge = run.bridge(run.server.address(), way, "20s", MANY_ATTEMPTS)) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> run.server.counts().accepted().length >= 100);
        long heap = bridge.heapAfterCollection();
        assertThat(heap).as("KiB of heap").isLessThan(64 * 1024);
        long begun = System.nanoTime();
        int before = run.server.counts().accepted().length;
        run.server.turn("{" + WINDOW + "}");
        await()
            .atMost(Duration.ofSeconds(120))
            .until(() -> run.server.counts().accepted().length >= records);
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.err.printf(
            "GoGrpcSlowReaderIT: %s, %d MiB of heap while it reads slowly, then %.1f MB/s%n",
            way, heap / 1024, (records - before) * (double) BYTES / 1e6 / seconds);
        run.toTheEnd(bridge);
      }
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().repeated()).isZero();
    }
  }
}
