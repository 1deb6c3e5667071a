package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of former specs that are kept beside that of the newest. While a rollout is under way,
 * or fails, pods of a former spec are evicted, run out of memory, and start anew: from the file
 * that they were made for. A file goes with the last pod that may need it. Pure.
 */
final class FormerFiles {

  /** A ConfigMap holds 1 MiB; the newest spec has its room, whatever became of the former ones. */
  private static final int MOST_CHARACTERS = 300_000;

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
        .map(FormerFiles::fileKey)
        .filter(key -> key != null && !key.equals(BridgeNames.fileKey(newest.bridge().specHash())))
        .distinct()
        .forEach(key -> {
          String file = files.getData().get(key);
          if (file != null && file.length() + length(kept) <= MOST_CHARACTERS) {
            kept.put(key, MountedBridge.following(file, newest.mountedBridge()));
          }
        });
    return kept;
  }

  private static @Nullable String fileKey(@Nullable PodTemplateSpec template) {
    if (template == null
        || template.getMetadata() == null
        || template.getMetadata().getAnnotations() == null) {
      return null;
    }
    String hash = template.getMetadata().getAnnotations().get(BridgeLabels.SPEC_HASH);
    return hash == null ? null : BridgeNames.fileKey(hash);
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

  private static int length(Map<String, String> files) {
    return files.values().stream().mapToInt(String::length).sum();
  }
}
