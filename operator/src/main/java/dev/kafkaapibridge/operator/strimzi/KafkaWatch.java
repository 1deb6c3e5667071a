package dev.kafkaapibridge.operator.strimzi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The {@code Kafka} resources of one namespace, as they come. Safe for all threads. */
interface KafkaWatch extends AutoCloseable {

  /** Spec and status; null: there is no such resource, as far as it is filled. */
  @Nullable JsonNode kafka(String name);

  /** Whether all that there were came in. */
  boolean isFilled();

  /** Whether a change would be seen now; between two connections it wouldn't. */
  boolean isWatching();

  /** Why nothing comes of it any more, in the API server's words; empty: it goes on. */
  Optional<String> lost();

  @Override
  void close();

  /** How one begins. */
  @FunctionalInterface
  interface Begin {

    /**
     * Takes some seconds at most, unless the API server doesn't answer.
     *
     * @param changed is told which resource has come, changed or gone
     */
    Begun in(String namespace, Consumer<ClusterName> changed);
  }

  /** What came of beginning. */
  sealed interface Begun {
    record Watching(KafkaWatch watch) implements Begun {}

    /**
     * @param why goes on after a resource's name, and is true of all of the namespace
     */
    record Unreadable(String why) implements Begun {}
  }
}
