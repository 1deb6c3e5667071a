package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.derived.BindingKeys;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.runtime.refs.References;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.apache.kafka.common.security.auth.SaslExtensionsCallback;
import org.apache.kafka.common.security.scram.ScramExtensionsCallback;

/**
 * A user's name, and the password as the Secret has it at each login; of a binding the name too.
 *
 * @param module that the client wants to be named
 * @param username at this moment
 * @param field of the spec that names the Secret
 */
record BrokerPassword(
    String mechanism,
    String module,
    Supplier<String> username,
    KeyRef ref,
    String field,
    References refs)
    implements Who {

  static BrokerPassword scram(
      String mechanism, KafkaSpec kafka, KafkaAuthenticationSpec spec, References refs) {
    String module = "org.apache.kafka.common.security.scram.ScramLoginModule";
    return of(mechanism, module, kafka, spec, refs);
  }

  static BrokerPassword plain(KafkaSpec kafka, KafkaAuthenticationSpec spec, References refs) {
    String module = "org.apache.kafka.common.security.plain.PlainLoginModule";
    return of("PLAIN", module, kafka, spec, refs);
  }

  private static BrokerPassword of(
      String mechanism,
      String module,
      KafkaSpec kafka,
      KafkaAuthenticationSpec spec,
      References refs) {
    NameRef binding = kafka.bindingSecretRef();
    String name = Objects.requireNonNull(spec.username());
    return new BrokerPassword(
        mechanism,
        module,
        binding == null
            ? () -> name
            : () ->
                Objects.requireNonNullElse(refs.text(new BindingKeys(binding).username()), name)
                    .strip(),
        Objects.requireNonNull(spec.passwordSecretKeyRef()),
        binding == null ? "spec.kafka.authentication.passwordSecretKeyRef" : BindingKeys.FIELD,
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
    return "%s has no password (%s). Put it there; the bridge then connects."
        .formatted(Reference.what("Secret", ref.name(), ref.key()), field);
  }

  @Override
  public void answer(Callback callback) throws CredentialMissing, UnsupportedCallbackException {
    switch (callback) {
      case NameCallback name -> name.setName(username.get());
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
