package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.runtime.refs.References;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.auth.SaslExtensionsCallback;
import org.apache.kafka.common.security.scram.ScramExtensionsCallback;
import org.jspecify.annotations.Nullable;

/**
 * Tells the Kafka client its user name and password when it logs in, each time as the Secret has it
 * then: so a password that was changed is used by the next connection. The client makes one for
 * each way to a broker.
 */
public final class BrokerLogin implements AuthenticateCallbackHandler {

  static final String WHO = "kafka-api-bridge.login";

  /**
   * @param mechanism as SASL calls it
   * @param module that the client wants to be named
   */
  record Who(String mechanism, String module, String username, KeyRef ref, References refs) {

    static Who scram(String mechanism, KafkaAuthenticationSpec spec, References refs) {
      return of(mechanism, "org.apache.kafka.common.security.scram.ScramLoginModule", spec, refs);
    }

    static Who plain(KafkaAuthenticationSpec spec, References refs) {
      return of("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule", spec, refs);
    }

    private static Who of(
        String mechanism, String module, KafkaAuthenticationSpec spec, References refs) {
      return new Who(
          mechanism,
          module,
          Objects.requireNonNull(spec.username()),
          Objects.requireNonNull(spec.passwordSecretKeyRef()),
          refs);
    }

    /** Null while there was none yet. */
    @Nullable String password() {
      return refs.secret(ref);
    }

    String missing() {
      return "%s has no password (spec.kafka.authentication.passwordSecretKeyRef). Put it there; the bridge then connects."
          .formatted(Reference.what("Secret", ref.name(), ref.key()));
    }

    @Override
    public String toString() {
      return mechanism; // settings get printed
    }
  }

  private @Nullable Who who;

  @Override
  public void configure(
      Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
    who = (Who) configs.get(WHO);
  }

  @Override
  public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
    Who asked = Objects.requireNonNull(who);
    for (Callback callback : callbacks) {
      switch (callback) {
        case NameCallback name -> name.setName(asked.username());
        case PasswordCallback password -> {
          String known = asked.password();
          if (known == null) {
            throw new IOException(asked.missing());
          }
          password.setPassword(known.toCharArray());
        }
        case ScramExtensionsCallback ignored -> {}
        case SaslExtensionsCallback ignored -> {}
        default -> throw new UnsupportedCallbackException(callback);
      }
    }
  }

  @Override
  public void close() {}
}
