package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.refs.References;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.jspecify.annotations.Nullable;

/** Who the bridge is to the brokers, by SASL. One for all clients, each of whose logins asks it. */
sealed interface Who permits BrokerPassword, BrokerToken {

  /** Null: by a certificate, or not at all. */
  static @Nullable Who of(KafkaSpec kafka, References refs) {
    KafkaAuthenticationSpec spec = kafka.authentication();
    if (spec == null) {
      return null;
    }
    return switch (spec.type()) {
      case ScramSha512 -> BrokerPassword.scram("SCRAM-SHA-512", kafka, spec, refs);
      case ScramSha256 -> BrokerPassword.scram("SCRAM-SHA-256", kafka, spec, refs);
      case Plain -> BrokerPassword.plain(kafka, spec, refs);
      case OAuthBearer -> BrokerToken.of(spec, refs);
      case MutualTLS -> null;
      case AWSIAM ->
          throw new IllegalArgumentException("what the check before has refused: " + spec.type());
    };
  }

  /** As SASL calls it. */
  String mechanism();

  /** What the client's settings have besides {@link BrokerLogin}. */
  Map<String, Object> settings();

  /** Why there is nothing to show yet, with the fix; may wait for it for some seconds. */
  Optional<String> missing();

  /** What a login asks for. Never waits: whoever asks is the thread that talks with all brokers. */
  void answer(Callback callback) throws CredentialMissing, UnsupportedCallbackException;
}
