package dev.kafkaapibridge.api.derived;

import dev.kafkaapibridge.api.v1alpha1.ApiKeySpec;
import dev.kafkaapibridge.api.v1alpha1.BasicSpec;
import dev.kafkaapibridge.api.v1alpha1.BearerTokenSpec;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.MutualTLSSpec;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.Oauth2Spec;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.api.v1alpha1.SchemaRegistrySpec;
import dev.kafkaapibridge.api.v1alpha1.SchemaSpec;
import dev.kafkaapibridge.api.v1alpha1.ServiceAccountTokenSpec;
import dev.kafkaapibridge.api.v1alpha1.SigningSpec;
import dev.kafkaapibridge.api.v1alpha1.TargetAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.TargetSpec;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key of a Secret or ConfigMap that a spec names. The operator mounts it, the runtime reads it
 * and says what is missing. A field that names one more of them is one more line in {@link
 * #namedBy}. Pure.
 *
 * @param kind Secret or ConfigMap
 * @param otherKey under which it may be instead; null: none
 * @param field the field of the spec that names it
 */
public record Reference(
    String kind, String name, String key, @Nullable String otherKey, String field, Holds holds) {

  /** Where a pod finds the token of its service account, below its folder of references. */
  public static final String SERVICE_ACCOUNT_TOKEN = "serviceaccount/token";

  public Reference(String kind, String name, String key, String field, Holds holds) {
    this(kind, name, key, null, field, holds);
  }

  /** What its content is to be. */
  public enum Holds {
    /** {@link SecretText}. */
    Text,
    /** PEM, one or more authorities. */
    Certificates,
    /** PEM, a client's own certificate and those between it and its authority. */
    CertificateChain,
    /** PEM, of the certificate beside it. */
    PrivateKey,
    Bytes;

    /** Whether it can be seen if it is not what it should be. */
    public boolean isChecked() {
      return this != Bytes;
    }
  }

  /** In the order of the spec; {@code spec} is sound. */
  public static List<Reference> namedBy(KafkaApiBridgeSpec spec) {
    return Stream.of(kafka(spec.kafka()), registry(spec.record()), target(spec.target()))
        .flatMap(named -> named)
        .toList();
  }

  private static Stream<Reference> registry(RecordSpec record) {
    SchemaRegistrySpec registry = record.schemaRegistry();
    if (registry == null) {
      return Stream.empty();
    }
    NameRef credentials = registry.basicAuthSecretRef();
    String field = "spec.record.schemaRegistry.";
    return Stream.concat(
        credentials == null
            ? Stream.empty()
            : Stream.of("username", "password")
                .map(key ->
                    new Reference(
                        "Secret",
                        credentials.name(),
                        key,
                        field + "basicAuthSecretRef",
                        Holds.Text)),
        authorities(registry.tls(), field + "tls.caRefs"));
  }

  private static Stream<Reference> kafka(KafkaSpec kafka) {
    NameRef binding = kafka.bindingSecretRef();
    if (binding != null) {
      return new BindingKeys(binding).all().stream();
    }
    Stream<Reference> authorities = authorities(kafka.tls(), "spec.kafka.tls.caRefs");
    KafkaAuthenticationSpec authentication = kafka.authentication();
    if (authentication == null) {
      return authorities;
    }
    String field = "spec.kafka.authentication.";
    NameRef certificate = authentication.certificateSecretRef();
    Oauth2Spec oauth2 = authentication.oauth2();
    return Stream.of(
            authorities,
            oauth2 == null ? Stream.<Reference>empty() : oauth2(oauth2, field + "oauth2."),
            key(
                "Secret",
                authentication.passwordSecretKeyRef(),
                field + "passwordSecretKeyRef",
                Holds.Text),
            certificate == null
                ? Stream.<Reference>empty()
                : Stream.of(
                    certificateOf(certificate, field + "certificateSecretRef"),
                    keyOf(certificate, field + "certificateSecretRef")))
        .flatMap(named -> named);
  }

  /** Of a Secret with a client certificate, as cert-manager or Strimzi writes it. */
  public static Reference certificateOf(NameRef secret, String field) {
    return new Reference(
        "Secret", secret.name(), "tls.crt", "user.crt", field, Holds.CertificateChain);
  }

  /** Of a Secret with a client certificate, as cert-manager or Strimzi writes it. */
  public static Reference keyOf(NameRef secret, String field) {
    return new Reference("Secret", secret.name(), "tls.key", "user.key", field, Holds.PrivateKey);
  }

  private static Stream<Reference> target(TargetSpec target) {
    HttpSpec http = target.http();
    if (http != null) {
      return Stream.of(
              headers(http.headers(), "spec.target.http.headers"),
              credentials(http.authentication(), "spec.target.http.authentication."),
              schema(http.body().schema()),
              signing(http.signing()),
              authorities(http.tls(), "spec.target.http.tls.caRefs"))
          .flatMap(named -> named);
    }
    GrpcSpec grpc = target.grpc();
    if (grpc != null) {
      return Stream.of(
              headers(grpc.metadata(), "spec.target.grpc.metadata"),
              credentials(grpc.authentication(), "spec.target.grpc.authentication."),
              authorities(grpc.tls(), "spec.target.grpc.tls.caRefs"),
              key(
                  "ConfigMap",
                  grpc.descriptorConfigMapKeyRef(),
                  "spec.target.grpc.descriptorConfigMapKeyRef",
                  Holds.Bytes))
          .flatMap(named -> named);
    }
    return Stream.empty();
  }

  /** The field that names the schema of bodies. */
  public static final String BODY_SCHEMA = "spec.target.http.body.schema.configMapKeyRef";

  private static Stream<Reference> schema(@Nullable SchemaSpec schema) {
    return key(
        "ConfigMap", schema == null ? null : schema.configMapKeyRef(), BODY_SCHEMA, Holds.Bytes);
  }

  private static Stream<Reference> credentials(
      @Nullable TargetAuthenticationSpec authentication, String field) {
    if (authentication == null) {
      return Stream.empty();
    }
    BasicSpec basic = authentication.basic();
    BearerTokenSpec bearer = authentication.bearerToken();
    ApiKeySpec key = authentication.apiKey();
    MutualTLSSpec mutual = authentication.mutualTLS();
    Oauth2Spec oauth2 = authentication.oauth2();
    if (oauth2 != null) {
      return oauth2(oauth2, field + "oauth2.");
    }
    if (basic != null) {
      String name = basic.secretRef().name();
      return Stream.of("username", "password")
          .map(k -> new Reference("Secret", name, k, field + "basic.secretRef", Holds.Text));
    }
    if (mutual != null) {
      return Stream.of(
          certificateOf(mutual.certificateSecretRef(), field + "mutualTLS.certificateSecretRef"),
          keyOf(mutual.certificateSecretRef(), field + "mutualTLS.certificateSecretRef"));
    }
    return bearer != null
        ? key("Secret", bearer.secretKeyRef(), field + "bearerToken.secretKeyRef", Holds.Text)
        : key(
            "Secret",
            key == null ? null : key.secretKeyRef(),
            field + "apiKey.secretKeyRef",
            Holds.Text);
  }

  private static Stream<Reference> oauth2(Oauth2Spec spec, String field) {
    return Stream.concat(
        key("Secret", spec.clientSecretKeyRef(), field + "clientSecretKeyRef", Holds.Text),
        authorities(spec.tls(), field + "tls.caRefs"));
  }

  private static Stream<Reference> signing(@Nullable SigningSpec signing) {
    return key(
        "Secret",
        signing == null ? null : signing.secretKeyRef(),
        "spec.target.http.signing.secretKeyRef",
        Holds.Text);
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

  /** The token by which pods show the target who they are; empty: they show no token of theirs. */
  public static Optional<ServiceAccountTokenSpec> podToken(TargetSpec target) {
    HttpSpec http = target.http();
    GrpcSpec grpc = target.grpc();
    return Optional.ofNullable(
            http != null ? http.authentication() : grpc == null ? null : grpc.authentication())
        .map(TargetAuthenticationSpec::serviceAccountToken);
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

  /** Where it finds it if it is under the other key; null: there is none. */
  public @Nullable String otherPath() {
    return otherKey == null ? null : path(kind, name, otherKey);
  }

  /** Where a pod finds it, below its folder of references. */
  public static String path(String kind, String name, String key) {
    return kind.toLowerCase(Locale.ROOT) + "/" + name + "/" + key;
  }
}
