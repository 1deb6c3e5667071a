package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
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
      references.headers(http.headers(), "spec.target.http.headers");
      references.authorities(http.tls(), "spec.target.http.tls.caRefs");
    }
    GrpcSpec grpc = spec.target().grpc();
    if (grpc != null) {
      references.headers(grpc.metadata(), "spec.target.grpc.metadata");
      references.authorities(grpc.tls(), "spec.target.grpc.tls.caRefs");
      references.key(
          "ConfigMap",
          grpc.descriptorConfigMapKeyRef(),
          "spec.target.grpc.descriptorConfigMapKeyRef");
    }
    return List.copyOf(references.named);
  }

  private void headers(List<HeaderSpec> headers, String list) {
    for (int i = 0; i < headers.size(); i++) {
      key("Secret", headers.get(i).secretKeyRef(), list + "[" + i + "].secretKeyRef");
    }
  }

  private void authorities(@Nullable TlsSpec tls, String list) {
    for (int i = 0; tls != null && i < tls.caRefs().size(); i++) {
      CaRef ref = tls.caRefs().get(i);
      named.add(new Reference(ref.kind().name(), ref.name(), ref.key(), list + "[" + i + "]"));
    }
  }

  private void key(String kind, @Nullable KeyRef ref, String field) {
    if (ref != null) {
      named.add(new Reference(kind, ref.name(), ref.key(), field));
    }
  }
}
