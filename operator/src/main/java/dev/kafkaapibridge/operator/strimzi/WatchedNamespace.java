package dev.kafkaapibridge.operator.strimzi;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns what is watched of one namespace: begins at the first look, and anew where it was lost (the
 * kind, its version or the right is gone) or has been without a connection for a minute. Not more
 * often than once a minute, in which nothing is known. Safe for all threads: one begins, the others
 * that ask for this namespace wait for that.
 */
final class WatchedNamespace implements AutoCloseable {

  /** What is known of one resource. */
  sealed interface Look {
    record Kafka(JsonNode tree) implements Look {}

    record NoSuch() implements Look {}

    /**
     * @param why goes on after the resource's name
     */
    record NotKnown(String why) implements Look {}

    /**
     * @param why goes on after the resource's name
     */
    record Unreadable(String why) implements Look {}
  }

  private static final Duration AGAIN_AFTER = Duration.ofMinutes(1);

  private final String namespace;
  private final KafkaWatch.Begin begin;
  private final Consumer<ClusterName> changed;
  private final LongSupplier nanoTime;

  private @Nullable KafkaWatch watch;

  /** While nothing is watched; null: nobody has asked yet. */
  private @Nullable Look instead;

  private long begunAt;
  private @Nullable Long unconnectedSince;

  WatchedNamespace(
      String namespace,
      KafkaWatch.Begin begin,
      Consumer<ClusterName> changed,
      LongSupplier nanoTime) {
    this.namespace = namespace;
    this.begin = begin;
    this.changed = changed;
    this.nanoTime = nanoTime;
  }

  synchronized Look look(String name) {
    dropWhatIsLost();
    if (watch == null && (instead == null || isOver(begunAt))) {
      begin();
    }
    KafkaWatch watching = watch;
    if (watching == null) {
      return instead == null ? new Look.NotKnown("is not known yet") : instead;
    }
    JsonNode tree = watching.kafka(name);
    return tree != null
        ? new Look.Kafka(tree)
        : watching.isFilled()
            ? new Look.NoSuch()
            : new Look.NotKnown("is not known yet: it is waited for");
  }

  private void dropWhatIsLost() {
    KafkaWatch watching = watch;
    if (watching == null) {
      return;
    }
    Optional<String> lost = watching.lost();
    if (watching.isWatching()) {
      unconnectedSince = null;
    } else if (unconnectedSince == null) {
      unconnectedSince = nanoTime.getAsLong();
    }
    if (lost.isPresent() || unconnectedSince != null && isOver(unconnectedSince)) {
      watching.close();
      watch = null;
      instead =
          new Look.NotKnown(
              "is not known now, and is asked for again (%s)"
                  .formatted(lost.orElse("the API server can't be watched")));
    }
  }

  private void begin() {
    switch (begin.in(namespace, changed)) {
      case KafkaWatch.Begun.Watching(KafkaWatch begun) -> {
        watch = begun;
        unconnectedSince = null;
      }
      case KafkaWatch.Begun.Unreadable(String why) -> instead = new Look.Unreadable(why);
    }
    begunAt = nanoTime.getAsLong();
  }

  private boolean isOver(long since) {
    return nanoTime.getAsLong() - since > AGAIN_AFTER.toNanos();
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
