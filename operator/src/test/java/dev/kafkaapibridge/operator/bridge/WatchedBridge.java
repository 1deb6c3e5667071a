package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.Replicas.Known;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import dev.kafkaapibridge.operator.bridge.observe.Samples;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Sample;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A bridge whose pods are looked at again and again. Owns what one look leaves for the next, and
 * what was seen and decided last.
 */
final class WatchedBridge {
  final KafkaApiBridgeSpec spec;
  private final Samples samples = new Samples();
  private @Nullable Integer current;
  Memory memory = Memory.empty();
  @Nullable Decision counted;
  @Nullable Sample sample;

  WatchedBridge(String autoscaling, int current) {
    this(ReplicasTest.spec(autoscaling), current);
  }

  WatchedBridge(KafkaApiBridgeSpec spec, int current) {
    this.spec = spec;
    this.current = current;
  }

  ReplicaDecision sees(int second, Fleet fleet) {
    sample =
        samples.take(
            fleet,
            spec,
            Replicas.current(spec, current),
            ReplicasTest.START.plus(Duration.ofSeconds(second)));
    var decision = Replicas.decide(spec, new Known(current, sample, memory, counted));
    current = decision.replicas();
    counted = decision.counted();
    memory = counted == null ? memory : counted.memory();
    return decision;
  }

  /** Looked at every 10 s for so long. */
  ReplicaDecision busy(int seconds) {
    ReplicaDecision last = busyAt(0);
    for (int second = 10; second <= seconds; second += 10) {
      last = busyAt(second);
    }
    return last;
  }

  /** One pod does 20 a second with all its slots, of 80 that come in. */
  ReplicaDecision busyAt(int second) {
    Instant now = ReplicasTest.START.plusSeconds(second);
    long done = 20L * second;
    String partitions = "[";
    for (int p = 0; p < 8; p++) {
      partitions +=
          "%s{\"topic\": \"orders\", \"partition\": %d, \"end\": %d, \"lag\": %d, \"backlog\": %d, \"endAt\": \"%s\"}"
              .formatted(
                  p == 0 ? "" : ", ",
                  p,
                  10L * second,
                  10L * second - done / 8,
                  10L * second - done / 8,
                  now);
    }
    return sees(
        second,
        Pods.fleet(
            Pods.says(
                "a",
                "processStartedAt",
                "\"" + ReplicasTest.START + "\"",
                "reportedAt",
                "\"" + now.plusMillis(1) + "\"",
                "kafka.partitions",
                partitions + "]",
                "target.requests",
                String.valueOf(done),
                "target.accepted",
                String.valueOf(done),
                "target.busyMillis",
                String.valueOf(64_000L * second),
                "target.slots",
                "64")));
  }
}
