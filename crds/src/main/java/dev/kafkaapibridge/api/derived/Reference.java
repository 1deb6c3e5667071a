package dev.kafkaapibridge.api.derived;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key of a Secret or ConfigMap that a spec names. The operator mounts it, the runtime reads it
 * and says what is missing. A field that names one more of them is one more line in {@link
 * #namedBy}. Pure.
 *
 * @param kind Secret or ConfigMap
 * @param field the field of the spec that names it
 */
public record Reference(String kind, String name, String key, String field, Holds holds) {

  /** What its content is to be. */
  public enum Holds {
    /** Without the line end that editors add. */
    Text,
    /** PEM, one or more. */
    Certificates,
    Bytes
  }

  /** In the order of the spec; {@code spec} is sound. */
  public static List<Reference> namedBy(KafkaApiBridgeSpec spec) {
    HttpSpec http = spec.target().http();
    if (http != null) {
      return Stream.concat(
              headers(http.headers(), "spec.target.http.headers"),
              authorities(http.tls(), "spec.target.http.tls.caRefs"))
          .toList();
    }
    GrpcSpec grpc = spec.target().grpc();
    if (grpc != null) {
      return Stream.of(
              headers(grpc.metadata(), "spec.target.grpc.metadata"),
              authorities(grpc.tls(), "spec.target.grpc.tls.caRefs"),
              key(
                  "ConfigMap",
                  grpc.descriptorConfigMapKeyRef(),
                  "spec.target.grpc.descriptorConfigMapKeyRef",
                  Holds.Bytes))
          .flatMap(named -> named)
          .toList();
    }
    return List.of();
  }

  private static Stream<Reference> headers(List<HeaderSpec> headers, String list) {
    return IntStream.range(0, headers.size())
        .boxed()
        .flatMap(i ->
            key(
                "Secret",
                headers.get(i).secretKeyRef(),
                list + "[" + i + "].secretKeyRef",
                Holds.Text));
  }

  private static Stream<Reference> authorities(@Nullable TlsSpec tls, String list) {
    List<CaRef> refs = tls == null ? List.of() : tls.caRefs();
    return IntStream.range(0, refs.size())
        .mapToObj(i ->
            new Reference(
                refs.get(i).kind().name(),
                refs.get(i).name(),
                refs.get(i).key(),
                list + "[" + i + "]",
                Holds.Certificates));
  }

  private static Stream<Reference> key(
      String kind, @Nullable KeyRef ref, String field, Holds holds) {
    return ref == null
        ? Stream.empty()
        : Stream.of(new Reference(kind, ref.name(), ref.key(), field, holds));
  }

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
    return path(kind, name, key);
  }

  /** Where a pod finds it, below its folder of references. */
  public static String path(String kind, String name, String key) {
    return kind.toLowerCase(Locale.ROOT) + "/" + name + "/" + key;
  }
}
