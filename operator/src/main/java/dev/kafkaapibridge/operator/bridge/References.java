package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every key of a Secret or ConfigMap that a spec names. They are mounted into the pods; whether
 * they are there is for the pods to say, so the operator needs no right to read them. A field that
 * names one more kind of reference is one more line in {@link #namedBy}.
 */
public final class References {

  /**
   * @param kind Secret or ConfigMap
   * @param field the field of the spec that names it
   */
  public record Reference(String kind, String name, String key, String field) {

    /** Kind, name and key, as people are told. */
    public String what() {
      return what(kind, name, key);
    }

    /** Of one that a pod names. */
    public static String what(String kind, String name, String key) {
      return "%s '%s', key '%s'".formatted(kind, name, key);
    }

    /** Where a pod finds it, below its folder of references. */
    public String path() {
      return kind.toLowerCase(Locale.ROOT) + "/" + name + "/" + key;
    }
  }

  private final List<Reference> named = new ArrayList<>();

  private References() {}

  /** In the order of the spec; {@code spec} is sound. */
  public static List<Reference> namedBy(KafkaApiBridgeSpec spec) {
    var references = new References();
    HttpSpec http = spec.target().http();
    if (http != null) {
      for (int i = 0; i < http.headers().size(); i++) {
        references.secret(
            http.headers().get(i).secretKeyRef(),
            "spec.target.http.headers[" + i + "].secretKeyRef");
      }
      TlsSpec tls = http.tls();
      for (int i = 0; tls != null && i < tls.caRefs().size(); i++) {
        CaRef ref = tls.caRefs().get(i);
        references.named.add(
            new Reference(
                ref.kind().name(),
                ref.name(),
                ref.key(),
                "spec.target.http.tls.caRefs[" + i + "]"));
      }
    }
    return List.copyOf(references.named);
  }

  private void secret(@Nullable KeyRef ref, String field) {
    if (ref != null) {
      named.add(new Reference("Secret", ref.name(), ref.key(), field));
    }
  }
}
