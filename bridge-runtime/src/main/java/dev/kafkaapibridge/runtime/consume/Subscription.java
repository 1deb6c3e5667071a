package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/** Which topics the bridge reads. */
public sealed interface Subscription {

  record Topics(List<String> topics) implements Subscription {}

  record Matching(Pattern pattern) implements Subscription {}

  /** Topics of the bridge's {@code own} are never read, whatever a pattern matches. */
  static Subscription of(KafkaSpec kafka, Collection<String> own) {
    String pattern = kafka.topicPattern();
    return pattern == null
        ? new Topics(kafka.topics())
        : new Matching(Pattern.compile(without(own) + "(?:" + pattern + ")"));
  }

  private static String without(Collection<String> topics) {
    return topics.stream()
        .map(topic -> "(?!" + Pattern.quote(topic) + "$)")
        .collect(Collectors.joining());
  }

  default void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener) {
    switch (this) {
      case Topics(var topics) -> consumer.subscribe(topics, listener);
      case Matching(var pattern) -> consumer.subscribe(pattern, listener);
    }
  }

  /** Those of the cluster's topics that are read. */
  default List<String> among(Collection<String> all) {
    return switch (this) {
      case Topics(var topics) -> topics.stream().filter(all::contains).toList();
      case Matching(var pattern) ->
          all.stream().filter(topic -> pattern.matcher(topic).matches()).sorted().toList();
    };
  }
}
