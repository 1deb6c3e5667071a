package dev.kafkaapibridge.operator.offsets;

import com.google.re2j.Pattern;
import dev.kafkaapibridge.api.certificates.Certificates;
import dev.kafkaapibridge.api.certificates.ClientCertificate;
import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.certificates.PemCertificates;
import dev.kafkaapibridge.api.derived.Binding;
import dev.kafkaapibridge.api.derived.BindingKeys;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.derived.SecretText;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whether the operator may look at a bridge's offsets itself, and how: the one place that knows how
 * brokers are reached from the operator. It decides from the spec and from what its Secrets hold at
 * this moment.
 */
public sealed interface KafkaAccess {

  record Open(Question question, Entrance entrance) implements KafkaAccess {}

  /** {@code why} names the field. */
  record Barred(Trouble why) implements KafkaAccess {}

  /**
   * @param group the bridge's consumer group
   * @param deadLetterTopic which is never read
   * @param referenced is asked for the binding, or for what {@code tls} and {@code authentication}
   *     name, and for nothing else
   */
  static KafkaAccess of(
      KafkaSpec declared, String group, String deadLetterTopic, Referenced referenced) {
    try {
      KafkaSpec kafka = led(declared, referenced);
      String brokers = kafka.bootstrapServers();
      String pattern = kafka.topicPattern();
      if (brokers == null) {
        throw new No("NotReadable", "it is not known yet where the brokers of spec.kafka are");
      }
      return new Open(
          new Question(
              Stream.of(brokers.split(",", -1)).map(String::strip).toList(),
              group,
              Objects.requireNonNullElse(kafka.topics(), List.of()),
              pattern == null ? null : Pattern.compile(pattern),
              deadLetterTopic,
              kafka.isolationLevel() == KafkaSpec.IsolationLevel.ReadCommitted),
          new Entrance(
              tls(kafka, referenced),
              login(kafka.authentication(), kafka.tls() != null, referenced)));
    } catch (No no) {
      return new Barred(no.why);
    }
  }

  /** As the binding says, where there is one. */
  private static KafkaSpec led(KafkaSpec declared, Referenced referenced) throws No {
    NameRef secret = declared.bindingSecretRef();
    if (secret == null) {
      return declared;
    }
    var texts = new HashMap<Reference, String>();
    for (Reference key : new BindingKeys(secret).all()) {
      text(key, referenced).ifPresent(text -> texts.put(key, text));
    }
    return switch (Binding.of(declared, secret, texts::get)) {
      case Binding.Whole(KafkaSpec kafka) -> kafka;
      case Binding.Unusable no -> throw new No("BindingInvalid", no.sentence());
    };
  }

  private static Entrance.@Nullable Tls tls(KafkaSpec kafka, Referenced referenced) throws No {
    TlsSpec tls = kafka.tls();
    if (tls == null) {
      return null;
    }
    var authorities = new ArrayList<X509Certificate>();
    for (CaRef ref : tls.caRefs()) {
      authorities.addAll(authorities(ref, referenced));
    }
    KafkaAuthenticationSpec authentication = kafka.authentication();
    NameRef own = authentication == null ? null : authentication.certificateSecretRef();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          Certificates.showing(own == null ? null : clientCertificate(kafka, own, referenced)),
          new TrustManager[] {Certificates.trusting(authorities)},
          null);
      return new Entrance.Tls(
          context, tls.serverName(), tls.minVersion() == TlsSpec.MinVersion.TLS13);
    } catch (GeneralSecurityException | IOException e) {
      throw new No("TLSFailed", "the certificates of spec.kafka.tls can't be used");
    }
  }

  private static List<X509Certificate> authorities(CaRef ref, Referenced referenced) throws No {
    var reference =
        new Reference(
            ref.kind().name(),
            ref.name(),
            ref.key(),
            "spec.kafka.tls.caRefs",
            Reference.Holds.Certificates);
    List<X509Certificate> some =
        text(reference, referenced).map(PemCertificates::in).orElse(List.of());
    if (some.isEmpty()) {
      throw new No("TLSFailed", reference.what() + " has no certificates (spec.kafka.tls.caRefs)");
    }
    return some;
  }

  private static ClientCertificate clientCertificate(
      KafkaSpec kafka, NameRef secret, Referenced referenced) throws No {
    boolean bound = kafka.bindingSecretRef() != null;
    String field = bound ? BindingKeys.FIELD : "spec.kafka.authentication.certificateSecretRef";
    var keys = new BindingKeys(secret);
    Identity identity =
        Identity.of(
            text(bound ? keys.certificate() : Reference.certificateOf(secret, field), referenced)
                .orElse(null),
            text(bound ? keys.privateKey() : Reference.keyOf(secret, field), referenced)
                .orElse(null));
    return switch (identity) {
      case Identity.Shown(ClientCertificate certificate) -> certificate;
      case Identity.None(String why) ->
          throw new No(
              "AuthenticationFailed", "Secret '%s' (%s) %s".formatted(secret.name(), field, why));
    };
  }

  private static Entrance.@Nullable Login login(
      @Nullable KafkaAuthenticationSpec authentication, boolean encrypted, Referenced referenced)
      throws No {
    if (authentication == null) {
      return null;
    }
    return switch (authentication.type()) {
      case ScramSha512 -> login("SCRAM-SHA-512", authentication, referenced);
      case ScramSha256 -> login("SCRAM-SHA-256", authentication, referenced);
      case Plain -> {
        if (!encrypted) {
          throw new No(
              "NotReadable",
              "the operator sends no password in clear, as type Plain without spec.kafka.tls does");
        }
        yield login("PLAIN", authentication, referenced);
      }
      case MutualTLS -> null;
      case OAuthBearer, AWSIAM ->
          throw new No(
              "NotReadable",
              "spec.kafka.authentication.type %s asks for a token, which pods alone get"
                  .formatted(authentication.type()));
    };
  }

  private static Entrance.Login login(
      String mechanism, KafkaAuthenticationSpec authentication, Referenced referenced) throws No {
    KeyRef ref = Objects.requireNonNull(authentication.passwordSecretKeyRef());
    var reference =
        new Reference(
            "Secret",
            ref.name(),
            ref.key(),
            "spec.kafka.authentication.passwordSecretKeyRef",
            Reference.Holds.Text);
    String password =
        text(reference, referenced)
            .flatMap(SecretText::of)
            .orElseThrow(() ->
                new No(
                    "AuthenticationFailed",
                    "%s has no password (%s)".formatted(reference.what(), reference.field())));
    return new Entrance.Login(
        mechanism, Objects.requireNonNull(authentication.username()), password);
  }

  private static Optional<String> text(Reference reference, Referenced referenced) throws No {
    return switch (referenced.content(reference)) {
      case Referenced.Content.Text(String value) -> Optional.of(value);
      case Referenced.Content.Missing() -> Optional.empty();
      case Referenced.Content.Closed(String why) -> throw new No("NotReadable", why);
    };
  }

  /** The way is barred. */
  final class No extends Exception {
    private final Trouble why;

    No(String reason, String message) {
      super(message);
      this.why = new Trouble(reason, message);
    }
  }
}
