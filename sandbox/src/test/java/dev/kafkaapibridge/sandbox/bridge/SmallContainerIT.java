package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A container holds whatever the spec allows and the topic brings: the kernel never ends it. */
@Alone
@Tag("turn-0") // 55 s
@Timeout(900) // the whole scale takes minutes
class SmallContainerIT {

  private static final Map<String, String> BIG_RECORDS = Map.of("message.max.bytes", "8388608");

  @TempDir Path directory;

  /** Ten thousand calls take some 200 MiB of heap: memory holds fewer, and the log says so. */
  @Test
  void askedForTenThousandCallsAtOnceASmallOneMakesAsManyAsItHolds() throws IOException {
    delivers(256, Scale.of(20_000, 200_000), 1_000, 10_000, 1_000, "{\"latencyMillis\": 1000}");
  }

  @Test
  void tenThousandCallsAtOnceFitIntoOneGibibyte() throws IOException {
    // So slow that a slow machine has as many under way too.
    delivers(1024, Scale.of(30_000, 200_000), 1_000, 100_000, 9_900, "{\"latencyMillis\": 5000}");
  }

  @Test
  void recordsOfOneMegabyteFitIntoASmallOne() throws IOException {
    delivers(256, Scale.of(200, 3_000), 1_000_000, 100, 5, "{\"latencyMillis\": 100}");
  }

  private void delivers(
      int mebibytes, int records, int bytes, int keys, int atLeastInFlight, String weather)
      throws IOException {
    try (var broker = EmbeddedBroker.start(directory.resolve("broker"), List.of(), BIG_RECORDS);
        var shop = new Shop(broker, directory, "orders", 12, keys, bytes);
        var limit = MemoryLimit.of(mebibytes)) {
      shop.api.set(weather);
      shop.producer.produce(records);
      List<String> java = limit.around(asInTheImage());
      try (var bridge = shop.bridge(java, "", "", "maxInFlight: 10000")) {
        int most = 0;
        while (shop.accepted() < records && bridge.running()) {
          most = Math.max(most, shop.api.inFlight());
          LockSupport.parkNanos(50_000_000);
        }
        assertThat(bridge.running()).as(() -> limit.kills() + " killed; " + bridge.log()).isTrue();
        Footprint footprint = bridge.footprint();
        System.err.printf(
            "SmallContainerIT: %d MiB, %d records of %d bytes, most in flight %d, %s%n",
            mebibytes, records, bytes, most, footprint);
        assertThat(most).isGreaterThanOrEqualTo(atLeastInFlight);
        assertThat(footprint.anonymousKiB()).isLessThan(mebibytes * 1024);
        assertThat(bridge.terminate()).isZero();
      }
      assertThat(limit.kills()).isZero();
      shop.assertKept();
      assertThat(shop.api.ledger().duplicated()).isZero();
    }
  }

  /** Java with the flags that the image has, which stand in pom.xml, but for files of its own. */
  private static List<String> asInTheImage() throws IOException {
    String pom = Files.readString(Path.of(System.getProperty("kab.root", "..")).resolve("pom.xml"));
    var java = new ArrayList<>(List.of(GuardedProcess.java()));
    Pattern.compile("<jvmFlag>(.*)</jvmFlag>")
        .matcher(pom)
        .results()
        .filter(flag -> !flag.group(1).startsWith("@/app/"))
        .forEach(flag -> java.add(flag.group(1)));
    assertThat(java).contains("-XX:+ExitOnOutOfMemoryError");
    return java;
  }
}
