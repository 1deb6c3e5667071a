package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.runtime.cluster.ConnectionSettings;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.FirstStart;
import dev.kafkaapibridge.runtime.consume.KafkaFailure;
import dev.kafkaapibridge.runtime.consume.StartPosition;
import dev.kafkaapibridge.runtime.consume.Subscription;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the first poll: reach the cluster, see that it is the one the bridge has run on,
 * commit the start position. Tried until it succeeds, and what stands in the way is said meanwhile.
 * Written by the bridge's main thread, read by the status.
 */
final class Connection {

  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  private static final Duration AGAIN_AFTER = Duration.ofSeconds(2);

  private final KafkaCluster cluster;
  private final Supplier<Optional<ConnectionSettings.Missing>> missing;
  private final Subscription subscription;
  private final String group;
  private final StartPosition asked;
  private final @Nullable String expectedCluster;
  private final Clock clock;
  private volatile @Nullable Instant startedAt;
  private volatile @Nullable Health fault;

  private Connection(
      KafkaCluster cluster,
      Supplier<Optional<ConnectionSettings.Missing>> missing,
      Subscription subscription,
      String group,
      StartPosition asked,
      @Nullable String expectedCluster,
      @Nullable Instant startedAt,
      Clock clock) {
    this.cluster = cluster;
    this.missing = missing;
    this.subscription = subscription;
    this.group = group;
    this.asked = asked;
    this.expectedCluster = expectedCluster;
    this.startedAt = startedAt;
    this.clock = clock;
  }

  /**
   * @param settings of the way to the brokers
   * @param startedAt from the command line; comes before what the status of {@code bridge} says
   */
  static Connection of(
      KafkaApiBridge bridge,
      Names names,
      KafkaCluster cluster,
      Subscription subscription,
      ConnectionSettings settings,
      @Nullable Instant startedAt,
      Clock clock) {
    ConsumerStatus before = bridge.status().consumer();
    Instant remembered =
        before == null || before.startedAt() == null ? null : before.startedAt().toInstant();
    return new Connection(
        cluster,
        settings::missing,
        subscription,
        names.group(),
        StartPosition.asked(bridge.spec().kafka()),
        before == null ? null : before.clusterID(),
        startedAt == null ? remembered : startedAt,
        clock);
  }

  /** When the bridge's start position was committed; null while it was not. */
  @Nullable Instant startedAt() {
    return startedAt;
  }

  /** What stands in the way; null: nothing. */
  @Nullable Health fault() {
    return fault;
  }

  /** False if {@code stopping} came first. */
  boolean establish(CountDownLatch stopping) {
    while (stopping.getCount() > 0) {
      Health inTheWay = attempt();
      fault = inTheWay;
      if (inTheWay == null) {
        return true;
      }
      log.atWarn().addKeyValue("reason", inTheWay.reason()).log(inTheWay.message());
      try {
        if (stopping.await(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  private @Nullable Health attempt() {
    // Else the client would find out, again and again, and say no more than that it can't connect.
    var wanted = missing.get();
    if (wanted.isPresent()) {
      return new Health(false, wanted.get().reason(), wanted.get().message());
    }
    try {
      String id = cluster.connect();
      if (expectedCluster != null && !expectedCluster.equals(id)) {
        return new Health(
            false,
            "ClusterChanged",
            "The brokers belong to cluster "
                + id
                + ", and the bridge has run on "
                + expectedCluster
                + ": its offsets mean nothing there. Correct the brokers that spec.kafka names, or create another KafkaApiBridge.");
      }
      FirstStart.commitStartPosition(cluster, subscription, group, asked, startedAt != null);
      startedAt = startedAt == null ? clock.instant() : startedAt;
      return null;
    } catch (KafkaException e) {
      return KafkaFailure.health(e);
    }
  }
}
