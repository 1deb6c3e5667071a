package dev.kafkaapibridge.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the harness still runs, and each contestant in it: a few hundred records, no figures. */
class DispatchIT {

  private static final int RECORDS = 300;

  @TempDir static Path directory;
  private static Arena arena;

  @BeforeAll
  static void start() throws Exception {
    Path root = Path.of(System.getProperty("kab.root"));
    Path jar = root.resolve("bridge-runtime/target/bridge-runtime.jar");
    arena = new Arena(root, directory, jar, jar, List.of("-XX:TieredStopAtLevel=1"));
  }

  @AfterAll
  static void stop() {
    arena.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Contestant.class,
      names = {
        "BRIDGE",
        "LEAN",
        "PARALLEL_CONSUMER",
        "PARALLEL_CONSUMER_VERTX",
        "BRIDGE_GRPC",
        "BRIDGE_GRPC_STREAM",
        "GRPC_LOOP"
      })
  void deliversEveryRecordOnceAndInOrder(Contestant contestant) throws Exception {
    var load = new Load(RECORDS, 50, 12, 512, 1, 16, 1);

    Measurement measured = arena.measure(contestant, load, 100, Duration.ofSeconds(60));

    assertThat(measured.delivered()).isEqualTo(RECORDS);
    assertThat(measured.flaw()).isEmpty();
    assertThat(measured.own()).isPositive();
    assertThat(measured.residentMiB()).isPositive();
  }
}
