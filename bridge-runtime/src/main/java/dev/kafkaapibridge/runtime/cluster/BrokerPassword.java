package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.runtime.refs.References;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.apache.kafka.common.security.auth.SaslExtensionsCallback;
import org.apache.kafka.common.security.scram.ScramExtensionsCallback;

/**
 * A user's name, and the password as the Secret has it at each login.
 *
 * @param module that the client wants to be named
 */
record BrokerPassword(String mechanism, String module, String username, KeyRef ref, References refs)
    implements Who {

  static BrokerPassword scram(String mechanism, KafkaAuthenticationSpec spec, References refs) {
    return of(mechanism, "org.apache.kafka.common.security.scram.ScramLoginModule", spec, refs);
  }

  static BrokerPassword plain(KafkaAuthenticationSpec spec, References refs) {
    return of("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule", spec, refs);
  }

  private static BrokerPassword of(
      String mechanism, String module, KafkaAuthenticationSpec spec, References refs) {
    return new BrokerPassword(
        mechanism,
        module,
        Objects.requireNonNull(spec.username()),
        Objects.requireNonNull(spec.passwordSecretKeyRef()),
        refs);
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of("sasl.jaas.config", module + " required;");
  }

  @Override
  public Optional<String> missing() {
    return refs.secret(ref) == null ? Optional.of(none()) : Optional.empty();
  }

  private String none() {
    return "%s has no password (spec.kafka.authentication.passwordSecretKeyRef). Put it there; the bridge then connects."
        .formatted(Reference.what("Secret", ref.name(), ref.key()));
  }

  @Override
  public void answer(Callback callback) throws CredentialMissing, UnsupportedCallbackException {
    switch (callback) {
      case NameCallback name -> name.setName(username);
      case PasswordCallback password -> {
        String known = refs.secret(ref);
        if (known == null) {
          throw new CredentialMissing(none());
        }
        password.setPassword(known.toCharArray());
      }
      case ScramExtensionsCallback ignored -> {}
      case SaslExtensionsCallback ignored -> {}
      default -> throw new UnsupportedCallbackException(callback);
    }
  }

  @Override
  public String toString() {
    return mechanism; // settings get printed
  }
}
