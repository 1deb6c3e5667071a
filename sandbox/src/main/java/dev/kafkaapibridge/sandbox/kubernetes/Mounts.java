package dev.kafkaapibridge.sandbox.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's volumes hold, given the objects that they name. Served are configMap, secret,
 * emptyDir and projected volumes of the first two: what a bridge's pods use.
 */
final class Mounts {

  /** Where the objects are found; null where there is none. */
  interface Objects {
    @Nullable ConfigMap configMap(String name);

    @Nullable Secret secret(String name);
  }

  /** Why a pod cannot start yet, in a sentence that its status shows. */
  static final class NotMountable extends Exception {
    private static final long serialVersionUID = 1L;

    NotMountable(String message) {
      super(message);
    }
  }

  private final Objects objects;

  private Mounts(Objects objects) {
    this.objects = objects;
  }

  /** Files of each volume: by the volume's name, content by relative path. */
  static Map<String, Map<String, byte[]>> of(Pod pod, Objects objects) throws NotMountable {
    var mounts = new Mounts(objects);
    var volumes = new HashMap<String, Map<String, byte[]>>();
    for (Volume volume : pod.getSpec().getVolumes()) {
      volumes.put(volume.getName(), mounts.files(volume));
    }
    return volumes;
  }

  /** A ConfigMap or Secret that a volume takes its files from. */
  private record Source(
      String kind,
      String name,
      @Nullable Map<String, byte[]> content,
      @Nullable List<KeyToPath> items,
      boolean optional) {

    Map<String, byte[]> files() throws NotMountable {
      var files = new HashMap<String, byte[]>();
      if (content == null) {
        if (!optional) {
          throw new NotMountable(kind + " \"" + name + "\" not found");
        }
      } else if (items == null || items.isEmpty()) {
        files.putAll(content);
      } else {
        for (KeyToPath item : items) {
          byte[] value = content.get(item.getKey());
          if (value != null) {
            files.put(item.getPath(), value);
          } else if (!optional) {
            throw new NotMountable(kind + " \"" + name + "\" has no key " + item.getKey());
          }
        }
      }
      return files;
    }
  }

  private Map<String, byte[]> files(Volume volume) throws NotMountable {
    if (volume.getEmptyDir() != null) {
      return Map.of();
    }
    if (volume.getConfigMap() != null) {
      var from = volume.getConfigMap();
      return configMap(from.getName(), from.getItems(), from.getOptional()).files();
    }
    if (volume.getSecret() != null) {
      var from = volume.getSecret();
      return secret(from.getSecretName(), from.getItems(), from.getOptional()).files();
    }
    if (volume.getProjected() != null) {
      var files = new HashMap<String, byte[]>();
      for (VolumeProjection projection : volume.getProjected().getSources()) {
        files.putAll(projected(projection).files());
      }
      return files;
    }
    throw notServed(volume.getName());
  }

  private Source projected(VolumeProjection projection) throws NotMountable {
    if (projection.getConfigMap() != null) {
      var from = projection.getConfigMap();
      return configMap(from.getName(), from.getItems(), from.getOptional());
    }
    if (projection.getSecret() != null) {
      var from = projection.getSecret();
      return secret(from.getName(), from.getItems(), from.getOptional());
    }
    throw notServed("a projected one");
  }

  private Source configMap(String name, List<KeyToPath> items, @Nullable Boolean optional) {
    return new Source(
        "configmap", name, content(objects.configMap(name)), items, Boolean.TRUE.equals(optional));
  }

  private Source secret(String name, List<KeyToPath> items, @Nullable Boolean optional) {
    return new Source(
        "secret", name, content(objects.secret(name)), items, Boolean.TRUE.equals(optional));
  }

  private static NotMountable notServed(String volume) {
    return new NotMountable(
        "the sandbox's node mounts only ConfigMaps, Secrets and emptyDir; not volume " + volume);
  }

  static @Nullable Map<String, byte[]> content(@Nullable ConfigMap configMap) {
    if (configMap == null) {
      return null;
    }
    var content = new HashMap<String, byte[]>();
    if (configMap.getData() != null) {
      configMap.getData().forEach((key, value) -> content.put(key, value.getBytes(UTF_8)));
    }
    if (configMap.getBinaryData() != null) {
      configMap
          .getBinaryData()
          .forEach((key, value) -> content.put(key, Base64.getDecoder().decode(value)));
    }
    return content;
  }

  static @Nullable Map<String, byte[]> content(@Nullable Secret secret) {
    if (secret == null) {
      return null;
    }
    var content = new HashMap<String, byte[]>();
    if (secret.getData() != null) {
      secret.getData().forEach((key, value) -> content.put(key, Base64.getDecoder().decode(value)));
    }
    return content;
  }
}
