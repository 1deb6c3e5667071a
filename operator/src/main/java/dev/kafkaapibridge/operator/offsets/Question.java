package dev.kafkaapibridge.operator.offsets;

import com.google.re2j.Pattern;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose offsets are looked at. Pure.
 *
 * @param brokers to begin with, each {@code host:port}
 * @param topics by name; empty where {@code pattern} chooses them
 * @param pattern null where topics are named; RE2, since a tenant writes it and names the topics
 *     too
 * @param neverRead the dead-letter topic, whatever a pattern matches
 * @param committedOnly whether records of open transactions don't count
 */
public record Question(
    List<String> brokers,
    String group,
    List<String> topics,
    @Nullable Pattern pattern,
    String neverRead,
    boolean committedOnly) {

  public Question {
    brokers = List.copyOf(brokers);
    topics = List.copyOf(topics);
  }

  /** Those of the cluster's topics that the bridge reads. */
  List<String> among(Collection<String> all) {
    Pattern chosen = pattern;
    return chosen == null
        ? topics
        : all.stream()
            .filter(topic -> !topic.equals(neverRead) && chosen.matcher(topic).matches())
            .sorted()
            .toList();
  }
}
