package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group that a bridge wants for itself. Two bridges in one group would each get a part
 * of the records and call different targets with them. Read from the opaque tree, since it is asked
 * of all bridges, also of those that nobody can run. Pure.
 *
 * @param brokers as they are written, sorted: other names of the same brokers can't be told
 */
record GroupClaim(String brokers, String group) {

  /** How a bridge stands to what it claims. */
  private enum Standing {
    /** Its pods may be members. */
    Holds,
    /** It would like to. */
    Waits,
    /** It cannot run, and never has: it keeps nobody away. */
    Out
  }

  /** A bridge with the same claim. */
  private record Claimant(Bridge bridge, Standing standing) {
    boolean is(Bridge other) {
      return bridge.getMetadata().getUid().equals(other.getMetadata().getUid());
    }
  }

  private static final Comparator<Claimant> FIRST_COME =
      Comparator.<Claimant, Standing>comparing(Claimant::standing)
          .thenComparing(c -> String.valueOf(c.bridge().getMetadata().getCreationTimestamp()))
          .thenComparing(c -> c.bridge().getMetadata().getUid());

  static final String IN_USE = "ConsumerGroupInUse";

  /** Empty where the spec is too odd to tell, or names its brokers in another way. */
  static Optional<GroupClaim> of(Bridge bridge) {
    JsonNode spec = bridge.getSpec();
    JsonNode kafka = spec == null ? null : spec.path("kafka");
    if (kafka == null || !kafka.path("bootstrapServers").isTextual()) {
      return Optional.empty();
    }
    String named = kafka.path("consumerGroup").asText();
    var metadata = bridge.getMetadata();
    return Optional.of(
        new GroupClaim(
            Stream.of(kafka.path("bootstrapServers").asText().split(",", -1))
                .map(address -> address.strip().toLowerCase(Locale.ROOT))
                .sorted()
                .distinct()
                .collect(Collectors.joining(",")),
            named.isEmpty() ? metadata.getNamespace() + "." + metadata.getName() : named));
  }

  /** Finds bridges with the same claim in the informer's cache. */
  static List<String> index(Bridge bridge) {
    return of(bridge).map(GroupClaim::key).stream().toList();
  }

  String key() {
    return group + "@" + brokers;
  }

  /**
   * Who comes before {@code bridge}: who has the group keeps it; among those who don't, the oldest
   * gets it. So a bridge that is mended, or moves to other brokers, takes it from nobody.
   *
   * @param all bridges with this claim
   * @param accepted the claim with which a bridge was accepted last, as far as this process knows
   */
  Optional<Bridge> before(
      Bridge bridge, Collection<Bridge> all, Function<Bridge, @Nullable GroupClaim> accepted) {
    return Stream.concat(Stream.of(bridge), all.stream())
        .map(claimant -> new Claimant(claimant, standing(claimant, accepted.apply(claimant))))
        .filter(claimant -> claimant.standing() != Standing.Out || claimant.is(bridge))
        .min(FIRST_COME)
        .filter(first -> !first.is(bridge))
        .map(Claimant::bridge);
  }

  private Standing standing(Bridge bridge, @Nullable GroupClaim accepted) {
    if (accepted != null) {
      return accepted.equals(this) ? Standing.Holds : Standing.Waits;
    }
    // A process that has just begun goes by what was written.
    JsonNode status = bridge.getStatus();
    if (status == null) {
      return Standing.Waits;
    }
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals("Accepted")) {
        return standing(bridge, condition, status);
      }
    }
    return Standing.Waits;
  }

  private static Standing standing(Bridge bridge, JsonNode accepted, JsonNode status) {
    boolean hasRun = status.path("consumer").has("startedAt");
    if (accepted.path("status").asText().equals("True")) {
      return Standing.Holds;
    }
    if (accepted.path("reason").asText().equals(IN_USE)) {
      return Standing.Waits;
    }
    boolean judged =
        accepted.path("observedGeneration").asLong() == bridge.getMetadata().getGeneration();
    return hasRun ? Standing.Holds : judged ? Standing.Out : Standing.Waits;
  }

  /** What the one is told that comes later. */
  Acceptance.Refused refuse(Bridge bridge, Bridge first) {
    String namespace = first.getMetadata().getNamespace();
    String name = first.getMetadata().getName();
    return new Acceptance.Refused(
        IN_USE,
        "Consumer group '%s' is used by KafkaApiBridge '%s' with the same brokers: delete that one, or create this one anew with another spec.kafka.consumerGroup. What runs already keeps running"
            .formatted(
                group,
                namespace.equals(bridge.getMetadata().getNamespace())
                    ? name
                    : namespace + "/" + name));
  }
}
