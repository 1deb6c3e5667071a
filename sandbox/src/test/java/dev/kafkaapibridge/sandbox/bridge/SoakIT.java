package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Full rate for a long time: memory, threads and open files stop growing. Asked for with {@code
 * -Dkab.soak.minutes=120}; each minute's figures go to the error output and to {@code
 * target/soak.csv}.
 */
@Alone
class SoakIT {

  private static final int MINUTES = Integer.getInteger("kab.soak.minutes", 0);

  /** Records that wait in the topic, so that the bridge never does. */
  private static final int BACKLOG = 50_000;

  @TempDir Path directory;

  @Test
  void nothingGrows() throws Exception {
    assumeTrue(MINUTES > 0, "a soak was not asked for (-Dkab.soak.minutes=120)");
    Path csv = Path.of("target", "soak.csv");
    Files.writeString(csv, "minute,records,heapKiB,residentKiB,threads,openFiles\n");
    var samples = new ArrayList<Sample>();
    try (var broker =
            EmbeddedBroker.start(
                directory.resolve("broker"),
                List.of(),
                Map.of("log.retention.check.interval.ms", "60000"));
        var shop = new Shop(broker, directory, "orders", 12, 5_000, 512);
        var tally = new Tally();
        var bridge =
            shop.calling(tally.url())
                .bridge(List.of(GuardedProcess.java(), "-Xmx256m"), "", "", "")) {
      long begin = System.nanoTime();
      for (int minute = 1; minute <= MINUTES; minute++) {
        while (System.nanoTime() - begin < Duration.ofMinutes(minute).toNanos()) {
          if (shop.producer.sentCount() - tally.records() < BACKLOG) {
            shop.producer.produce(5_000);
          } else {
            Thread.sleep(50);
          }
        }
        Sample sample = Sample.of(tally.records(), bridge);
        samples.add(sample);
        String line =
            "%d,%d,%d,%d,%d,%d%n"
                .formatted(
                    minute,
                    sample.records,
                    sample.heapKiB,
                    sample.footprint.residentKiB(),
                    sample.footprint.threads(),
                    sample.footprint.openFiles());
        Files.writeString(csv, line, java.nio.file.StandardOpenOption.APPEND);
        System.err.print("SoakIT: " + line);
      }
      assertThat(bridge.terminate()).isZero();
      assertThat(tally.repeated()).isZero();
      assertThat(tally.overtaken()).isZero();
    }
    // The first fifth is for warming up.
    List<Sample> warm = samples.subList(samples.size() / 5, samples.size());
    Sample early = most(warm.subList(0, warm.size() / 2));
    Sample late = most(warm.subList(warm.size() / 2, warm.size()));
    assertThat(late.heapKiB).as("heap after collection").isLessThan(early.heapKiB * 11 / 10 + 4096);
    assertThat(late.footprint.residentKiB())
        .as("resident memory")
        .isLessThan(early.footprint.residentKiB() * 11 / 10);
    assertThat(late.footprint.threads()).isLessThanOrEqualTo(early.footprint.threads() + 4);
    assertThat(late.footprint.openFiles()).isLessThanOrEqualTo(early.footprint.openFiles() + 16);
  }

  private static Sample most(List<Sample> samples) {
    return new Sample(
        0,
        samples.stream().mapToLong(s -> s.heapKiB).max().orElseThrow(),
        new Footprint(
            samples.stream().mapToLong(s -> s.footprint.residentKiB()).max().orElseThrow(),
            samples.stream().mapToLong(s -> s.footprint.anonymousKiB()).max().orElseThrow(),
            samples.stream().mapToLong(s -> s.footprint.threads()).max().orElseThrow(),
            samples.stream().mapToLong(s -> s.footprint.openFiles()).max().orElseThrow()));
  }

  /**
   * @param heapKiB what a full collection leaves
   */
  private record Sample(long records, long heapKiB, Footprint footprint) {

    static Sample of(long records, RunningBridge bridge) throws IOException, InterruptedException {
      long heap = bridge.heapAfterCollection();
      return new Sample(records, heap, bridge.footprint());
    }
  }
}
