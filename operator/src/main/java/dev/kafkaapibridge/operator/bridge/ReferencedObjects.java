package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.offsets.Referenced;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads Secrets and ConfigMaps by their names, each once, in one namespace alone: that of the
 * bridge that names them. Nothing watches them, and what was read ends with this object, which is
 * one look's. For one thread.
 */
final class ReferencedObjects implements Referenced {

  private sealed interface Read {
    record Data(Map<String, String> texts) implements Read {}

    record Closed(String why) implements Read {}
  }

  private final KubernetesClient client;
  private final String namespace;
  private final Map<String, Read> read = new HashMap<>();

  ReferencedObjects(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  @Override
  public Content content(Reference reference) {
    String what = "%s '%s'".formatted(reference.kind(), reference.name());
    Read object =
        read.computeIfAbsent(
            what, w -> read(w, reference.kind().equals("Secret"), reference.name()));
    return switch (object) {
      case Read.Closed(String why) -> new Content.Closed(why);
      case Read.Data(Map<String, String> texts) -> {
        String text = texts.get(reference.key());
        if (text == null && reference.otherKey() != null) {
          text = texts.get(reference.otherKey());
        }
        yield text == null || text.isEmpty() ? new Content.Missing() : new Content.Text(text);
      }
    };
  }

  private Read read(String what, boolean secret, String name) {
    try {
      return new Read.Data(secret ? secret(name) : configMap(name));
    } catch (KubernetesClientException e) {
      return new Read.Closed(
          e.getCode() == 403
              ? "the operator has no right to read %s%s"
                  .formatted(what, secret ? ": rbac.scaleToZero of its chart gives it" : "")
              : "%s can't be read now: %s".formatted(what, Failure.words(e)));
    }
  }

  private Map<String, String> secret(String name) {
    Secret found = client.secrets().inNamespace(namespace).withName(name).get();
    var texts = new HashMap<String, String>();
    if (found != null && found.getData() != null) {
      found
          .getData()
          .forEach((key, value) ->
              texts.put(
                  key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    }
    return texts;
  }

  private Map<String, String> configMap(String name) {
    ConfigMap found = client.configMaps().inNamespace(namespace).withName(name).get();
    return found == null || found.getData() == null ? Map.of() : found.getData();
  }
}
