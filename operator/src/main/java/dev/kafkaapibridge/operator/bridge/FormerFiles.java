package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of former specs that are kept beside that of the newest. While a rollout is under way,
 * or fails, pods of a former spec are evicted, run out of memory, and start anew: from the file
 * that they were made for. A file goes with the last pod that may need it, and one that somebody
 * else has written goes at once: a pod that waits for its file sends nothing to nobody. Pure.
 */
final class FormerFiles {

  /** A ConfigMap holds 1 MiB; the newest spec has its room, whatever became of the former ones. */
  private static final int MOST_BYTES = 1_000_000;

  /**
   * What a template says of its pods' file.
   *
   * @param key of the ConfigMap
   * @param specHash of the spec that is in it
   */
  private record File(String key, String specHash) {}

  private FormerFiles() {}

  static Map<String, String> kept(
      Rendered newest,
      ConfigMap files,
      Optional<Deployment> deployment,
      Collection<ReplicaSet> sets) {
    if (deployment.isEmpty() || files.getData() == null) {
      return Map.of();
    }
    String uid = deployment.get().getMetadata().getUid();
    var kept = new TreeMap<String, String>();
    Stream.concat(
            Stream.of(deployment.get().getSpec().getTemplate()),
            sets.stream()
                .filter(set -> isOwned(set, uid) && hasPods(set))
                .map(set -> set.getSpec().getTemplate()))
        .flatMap(template -> file(template).stream())
        .filter(file -> !file.key().equals(BridgeNames.fileKey(newest.bridge().specHash())))
        .distinct()
        .forEach(file ->
            Optional.ofNullable(files.getData().get(file.key()))
                .flatMap(
                    text -> MountedBridge.following(text, file.specHash(), newest.mountedBridge()))
                .filter(text -> bytes(text) + bytes(kept) <= MOST_BYTES - bytes(newest))
                .ifPresent(text -> kept.put(file.key(), text)));
    return kept;
  }

  /** The spec in the file of the newest pods; empty where somebody else has written it. */
  static Optional<ObjectNode> running(ConfigMap files, Deployment deployment) {
    return file(deployment.getSpec().getTemplate())
        .flatMap(file ->
            Optional.ofNullable(files.getData())
                .map(data -> data.get(file.key()))
                .flatMap(text -> MountedBridge.spec(text, file.specHash())));
  }

  private static Optional<File> file(@Nullable PodTemplateSpec template) {
    if (template == null
        || template.getMetadata() == null
        || template.getMetadata().getAnnotations() == null
        || template.getSpec() == null) {
      return Optional.empty();
    }
    String hash = template.getMetadata().getAnnotations().get(BridgeLabels.SPEC_HASH);
    return hash == null
        ? Optional.empty()
        : template.getSpec().getVolumes().stream()
            .filter(volume -> volume.getName().equals(BridgeNames.BRIDGE_VOLUME))
            .map(Volume::getConfigMap)
            .filter(Objects::nonNull)
            .map(mounted ->
                // An operator of before mounted the whole ConfigMap, with one file for all pods.
                new File(
                    mounted.getItems().isEmpty()
                        ? BridgeNames.BRIDGE_FILE
                        : mounted.getItems().getFirst().getKey(),
                    hash))
            .findFirst();
  }

  private static boolean isOwned(ReplicaSet set, String deployment) {
    return BridgeIdentity.controller(set)
        .filter(owner -> deployment.equals(owner.getUid()))
        .isPresent();
  }

  private static boolean hasPods(ReplicaSet set) {
    Integer wanted = set.getSpec().getReplicas();
    Integer there = set.getStatus() == null ? null : set.getStatus().getReplicas();
    return (wanted != null && wanted > 0) || (there != null && there > 0);
  }

  private static int bytes(Rendered newest) {
    return bytes(newest.mountedBridge())
        + bytes(newest.bridge().keptSpec())
        + newest.bridge().kafkaAuthorities().map(FormerFiles::bytes).orElse(0);
  }

  private static int bytes(Map<String, String> files) {
    return files.values().stream().mapToInt(FormerFiles::bytes).sum();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
