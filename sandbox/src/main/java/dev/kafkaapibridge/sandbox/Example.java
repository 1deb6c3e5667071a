package dev.kafkaapibridge.sandbox;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A KafkaApiBridge as its author wrote it, with the addresses of somebody's production, and what
 * the sandbox must know of it. Immutable: each change is another.
 */
public record Example(GenericKubernetesResource bridge) {

  /** Reads {@code examples/NAME/bridge.yaml}. */
  public static Example load(Path root, String name) {
    Path file = root.resolve("examples").resolve(name).resolve("bridge.yaml");
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "there is no example " + name + ". There are: " + String.join(", ", names(root)), e);
    }
  }

  public static Example parse(String yaml) {
    return new Example(Serialization.unmarshal(yaml, GenericKubernetesResource.class));
  }

  /** The examples that there are. */
  public static List<String> names(Path root) {
    try (Stream<Path> folders = Files.list(root.resolve("examples"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("bridge.yaml")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no examples in " + root, e);
    }
  }

  public String name() {
    return bridge.getMetadata().getName();
  }

  /** The topics that it reads. */
  @SuppressWarnings("unchecked")
  public List<String> topics() {
    if (spec().get("kafka") instanceof Map<?, ?> kafka
        && kafka.get("topics") instanceof List<?> topics) {
      return (List<String>) topics;
    }
    throw new IllegalArgumentException(
        name() + " names no spec.kafka.topics, and the sandbox would not know where to write");
  }

  /** The consumer group that it has in {@code namespace}. */
  public String group(String namespace) {
    Object group = bridge.get("spec", "kafka", "consumerGroup");
    return group == null ? namespace + "." + name() : group.toString();
  }

  /** The dead-letter topic that it has in {@code namespace}. */
  public String deadLetterTopic(String namespace) {
    Object topic = bridge.get("spec", "delivery", "deadLetter", "topic");
    return topic == null ? group(namespace) + ".dlt" : topic.toString();
  }

  /** Where it sends, without host and port. */
  public String path() {
    Object url = bridge.get("spec", "target", "http", "url");
    String path = url == null ? null : URI.create(url.toString()).getRawPath();
    return path == null ? "" : path;
  }

  /**
   * The same bridge where broker and API are the sandbox's.
   *
   * @param apiUrl with no slash at its end
   */
  public Example at(String bootstrapServers, String apiUrl) {
    Example moved = copy();
    if (moved.spec().get("kafka") instanceof Map<?, ?> kafka) {
      kafka
          .keySet()
          .removeAll(List.of("strimziClusterRef", "bindingSecretRef", "tls", "authentication"));
    }
    moved.set(bootstrapServers, "kafka", "bootstrapServers");
    moved.set(apiUrl + path(), "target", "http", "url");
    return moved;
  }

  public Example named(String name) {
    Example renamed = copy();
    renamed.bridge.getMetadata().setName(name);
    return renamed;
  }

  /** The same bridge with another value at a path below {@code spec}. */
  public Example with(Object value, String... path) {
    Example changed = copy();
    changed.set(value, path);
    return changed;
  }

  public String yaml() {
    return Serialization.asYaml(bridge);
  }

  private Example copy() {
    return parse(yaml());
  }

  @SuppressWarnings("unchecked")
  private void set(Object value, String... path) {
    Map<String, Object> at = spec();
    for (int i = 0; i < path.length - 1; i++) {
      at = (Map<String, Object>) at.computeIfAbsent(path[i], any -> new LinkedHashMap<>());
    }
    at.put(path[path.length - 1], value);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> spec() {
    if (bridge.getAdditionalProperties().get("spec") instanceof Map<?, ?> spec) {
      return (Map<String, Object>) spec;
    }
    throw new IllegalArgumentException(name() + " has no spec");
  }
}
