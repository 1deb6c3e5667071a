package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.runtime.connect.AccessTokens;
import dev.kafkaapibridge.runtime.connect.TokenEndpoint;
import dev.kafkaapibridge.runtime.refs.References;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.apache.kafka.common.security.auth.SaslExtensionsCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;

/**
 * A token of an authorization server (RFC 7628). It is kept fresh by a thread of its own, so that a
 * login never waits for the server; the client's own ways to a token, which ask at fixed times from
 * within its logins, stay unused. Owns that thread, which ends with the process.
 */
final class BrokerToken implements Who {

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final AccessTokens tokens;
  private final AtomicBoolean kept = new AtomicBoolean();

  BrokerToken(AccessTokens tokens) {
    this.tokens = tokens;
  }

  static BrokerToken of(KafkaAuthenticationSpec spec, References refs) {
    BrokerTokenSasl.register();
    return new BrokerToken(
        TokenEndpoint.tokens(
            Objects.requireNonNull(spec.oauth2()), "spec.kafka.authentication.oauth2", refs));
  }

  @Override
  public String mechanism() {
    return "OAUTHBEARER";
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(
        // A client logs in once before it connects; with this module that does nothing.
        "sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required;",
        "sasl.login.class", "org.apache.kafka.common.security.authenticator.DefaultLogin",
        "sasl.login.callback.handler.class", BrokerLogin.class);
  }

  @Override
  public Optional<String> missing() {
    AccessTokens.Found found = tokens.now();
    if (kept.compareAndSet(false, true)) {
      Thread.ofVirtual().name("broker-token").start(this::keep);
    }
    return found instanceof AccessTokens.Found.Missing(String why)
        ? Optional.of(why)
        : Optional.empty();
  }

  private void keep() {
    try {
      while (true) {
        Thread.sleep(BETWEEN_LOOKS);
        tokens.atHand();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void answer(Callback callback) throws CredentialMissing, UnsupportedCallbackException {
    switch (callback) {
      case OAuthBearerTokenCallback asked ->
          asked.token(
              switch (tokens.atHand()) {
                case AccessTokens.Found.Token(String value) -> new Shown(value);
                case AccessTokens.Found.Missing(String why) -> throw new CredentialMissing(why);
              });
      case SaslExtensionsCallback ignored -> {}
      default -> throw new UnsupportedCallbackException(callback);
    }
  }

  /**
   * The brokers have refused it, so that the next login has another.
   *
   * @param began when the login did, by {@link System#nanoTime()}
   */
  void refused(long began) {
    // Not here, where the client talks with all brokers: a question may be under way.
    Thread.ofVirtual().name("broker-token-refused").start(() -> tokens.refused(began));
  }

  @Override
  public String toString() {
    return mechanism(); // settings get printed
  }

  /** What the client sends of it is the value; the brokers look into it, not the client. */
  private record Shown(String value) implements OAuthBearerToken {
    @Override
    public Set<String> scope() {
      return Set.of();
    }

    @Override
    public long lifetimeMs() {
      return Long.MAX_VALUE;
    }

    @Override
    public String principalName() {
      return "the bridge";
    }

    @Override
    public Long startTimeMs() {
      return 0L;
    }

    @Override
    public String toString() {
      return "token"; // tokens get printed
    }
  }
}
