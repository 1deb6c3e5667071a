package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group that a bridge wants for itself. Two bridges in one group would each get a part
 * of the records and call different targets with them. Read from the opaque tree, since it is asked
 * of all bridges, also of those that nobody can run. What a reference leads to it only claims once
 * that is known: nobody keeps a group of a cluster that he may not use. Pure.
 *
 * @param brokers as they are written, sorted, with commas between, or what leads to them; other
 *     names of the same brokers can't be told. Empty: none are written
 */
record GroupClaim(String brokers, String group) {

  /** How a bridge stands to what it claims. */
  private enum Standing {
    /** Its pods may be members. */
    Holds,
    /** It would like to. */
    Waits,
    /** It keeps nobody away: it cannot run and never has, or has moved to other brokers. */
    Out
  }

  /**
   * What a bridge may be a member of, whatever its spec asks for by now.
   *
   * @param accepted with what it was accepted last; null: not by this process
   * @param wanted what it asks for; empty: nothing that can be told
   * @param written on its Deployment's template and on its pods, also those of an older template
   */
  record Held(
      @Nullable GroupClaim accepted, Optional<GroupClaim> wanted, Set<GroupClaim> written) {}

  /** A bridge that names the same group. */
  private record Claimant(Bridge bridge, Standing standing) {
    boolean is(Bridge other) {
      return bridge.getMetadata().getUid().equals(other.getMetadata().getUid());
    }
  }

  private static final Comparator<Claimant> FIRST_COME =
      Comparator.<Claimant, Standing>comparing(Claimant::standing)
          .thenComparing(c -> String.valueOf(c.bridge().getMetadata().getCreationTimestamp()))
          .thenComparing(c -> c.bridge().getMetadata().getUid());

  private static final String STRIMZI = "strimzi/";

  static final String IN_USE = "ConsumerGroupInUse";

  /** Empty where the spec is too odd to tell, or names its brokers in another way. */
  static Optional<GroupClaim> of(Bridge bridge) {
    JsonNode spec = bridge.getSpec();
    JsonNode kafka = spec == null ? null : spec.path("kafka");
    if (kafka == null) {
      return Optional.empty();
    }
    if (kafka.path("bootstrapServers").isTextual()) {
      return Optional.of(of(groupOf(bridge), kafka.path("bootstrapServers").asText()));
    }
    String namespace = bridge.getMetadata().getNamespace();
    JsonNode binding = kafka.at("/bindingSecretRef/name");
    JsonNode cluster = kafka.at("/strimziClusterRef/name");
    if (binding.isTextual()) {
      return Optional.of(of(groupOf(bridge), bound(namespace, binding.asText())));
    }
    return cluster.isTextual()
        ? Optional.of(
            of(
                groupOf(bridge),
                ofStrimzi(
                    kafka.at("/strimziClusterRef/namespace").asText(namespace), cluster.asText())))
        : Optional.empty();
  }

  /**
   * What a bridge claims by the way to its brokers; while that isn't known, the cluster's name.
   *
   * @param hasDeployment else nothing of it can be a member, and what isn't known isn't claimed
   */
  static Optional<GroupClaim> by(StrimziReference.Way way, Bridge bridge, boolean hasDeployment) {
    if (way instanceof StrimziReference.Way.Unknown) {
      return hasDeployment ? of(bridge) : Optional.empty();
    }
    return way.bridge().memberOf().flatMap(GroupClaim::read);
  }

  /**
   * Of a bridge that this process hasn't looked at yet. A reference claims something if it has led
   * to brokers before.
   */
  static Optional<GroupClaim> unseen(Bridge bridge) {
    return of(bridge).filter(claim -> !claim.brokers().startsWith(STRIMZI) || hasRun(bridge));
  }

  private static boolean hasRun(Bridge bridge) {
    JsonNode status = bridge.getStatus();
    return status != null && status.path("consumer").has("startedAt");
  }

  /** What stands for the brokers of a cluster that Strimzi runs: no address has a slash. */
  static String ofStrimzi(String namespace, String kafka) {
    return STRIMZI + namespace + "/" + kafka;
  }

  /** What stands for brokers that a binding leads to: no address has a slash. */
  static String bound(String namespace, String secret) {
    return "binding/" + namespace + "/" + secret;
  }

  /** To a shell: what they can be asked at. */
  String addresses() {
    String addresses =
        Stream.of(brokers.split(",", -1))
            .filter(one -> !one.contains("/"))
            .collect(Collectors.joining(","));
    return addresses.isEmpty() ? "BROKERS" : addresses;
  }

  /** Whatever the spec says; without brokers where it names them in another way. */
  static GroupClaim named(Bridge bridge) {
    return of(bridge).orElseGet(() -> new GroupClaim("", groupOf(bridge)));
  }

  private static String groupOf(Bridge bridge) {
    JsonNode spec = bridge.getSpec();
    String named = spec == null ? "" : spec.at("/kafka/consumerGroup").asText();
    var metadata = bridge.getMetadata();
    return named.isEmpty() ? metadata.getNamespace() + "." + metadata.getName() : named;
  }

  static GroupClaim of(String group, String bootstrapServers) {
    return new GroupClaim(
        Stream.of(bootstrapServers.split(",", -1))
            .map(address -> address.strip().toLowerCase(Locale.ROOT))
            .sorted()
            .distinct()
            .collect(Collectors.joining(",")),
        group);
  }

  /**
   * Finds bridges that name the same group in the informer's cache, also one that names its brokers
   * in another way by now: its pods may be members still.
   */
  static List<String> index(Bridge bridge) {
    return List.of(groupOf(bridge));
  }

  /** As it stands on the pods that are its members. */
  String written() {
    return group + "@" + brokers;
  }

  /** Of {@link #written}; empty where it says something else. */
  static Optional<GroupClaim> read(@Nullable String written) {
    int at = written == null ? -1 : written.lastIndexOf('@');
    return written == null || at < 0
        ? Optional.empty()
        : Optional.of(new GroupClaim(written.substring(at + 1), written.substring(0, at)));
  }

  /** One broker that both name makes it one cluster. */
  boolean meets(GroupClaim other) {
    return group.equals(other.group)
        && !Collections.disjoint(
            List.of(brokers.split(",", -1)), List.of(other.brokers.split(",", -1)));
  }

  /**
   * Who comes before {@code bridge}: who has the group keeps it, for as long as a pod of it is a
   * member; among those who don't, the oldest gets it. So a bridge that is mended, or moves to
   * other brokers, takes it from nobody.
   *
   * @param all bridges that name this group
   */
  Optional<Bridge> before(Bridge bridge, Collection<Bridge> all, Function<Bridge, Held> held) {
    return Stream.concat(Stream.of(bridge), all.stream())
        .map(claimant -> new Claimant(claimant, standing(claimant, held.apply(claimant))))
        .filter(claimant -> claimant.standing() != Standing.Out || claimant.is(bridge))
        .min(FIRST_COME)
        .filter(first -> !first.is(bridge))
        .map(Claimant::bridge);
  }

  boolean isHeldBy(Bridge bridge, Held held) {
    return standing(bridge, held) == Standing.Holds;
  }

  private Standing standing(Bridge bridge, Held held) {
    if (held.written().stream().anyMatch(this::meets)) {
      return Standing.Holds;
    }
    GroupClaim accepted = held.accepted();
    if (accepted != null && accepted.meets(this)) {
      return Standing.Holds;
    }
    if (held.wanted().filter(this::meets).isEmpty()) {
      return Standing.Out;
    }
    if (accepted != null) {
      return Standing.Waits;
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
    if (accepted.path("status").asText().equals("True")) {
      return Standing.Holds;
    }
    if (accepted.path("reason").asText().equals(IN_USE)) {
      return Standing.Waits;
    }
    boolean judged =
        accepted.path("observedGeneration").asLong() == bridge.getMetadata().getGeneration();
    return hasRun(bridge) ? Standing.Holds : judged ? Standing.Out : Standing.Waits;
  }

  /** What the one is told that comes later. */
  Acceptance.Refused refuse(Bridge bridge, Bridge first) {
    return refused(
        "Consumer group '%s' is used by KafkaApiBridge '%s' with the same brokers: delete that one, or create this one anew with another spec.kafka.consumerGroup"
            + Acceptance.STANDS,
        first,
        bridge);
  }

  /** What one is told that comes before the last pod of the former owner has gone. */
  Acceptance.Refused refuse(Bridge bridge, Pod left) {
    return refused(
        "Consumer group '%s' is used by pod '%s' with the same brokers, whose bridge is gone: it is waited for while it finishes its calls; if it runs on, delete what owns it"
            + Acceptance.STANDS,
        left,
        bridge);
  }

  private Acceptance.Refused refused(String message, HasMetadata user, Bridge bridge) {
    String namespace = user.getMetadata().getNamespace();
    String name = user.getMetadata().getName();
    return new Acceptance.Refused(
        IN_USE,
        message.formatted(
            group,
            namespace.equals(bridge.getMetadata().getNamespace()) ? name : namespace + "/" + name));
  }
}
