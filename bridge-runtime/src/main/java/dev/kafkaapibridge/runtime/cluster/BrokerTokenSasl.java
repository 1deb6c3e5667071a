package dev.kafkaapibridge.runtime.cluster;

import java.security.Provider;
import java.security.Security;
import java.util.Map;
import javax.security.auth.callback.CallbackHandler;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslClientFactory;
import javax.security.sasl.SaslException;
import org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerSaslClient;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own OAUTHBEARER, and one thing more: a token that the brokers refuse is told to whoever
 * keeps it. Nothing else of the client says that; it would show a revoked token until its end.
 */
public final class BrokerTokenSasl implements SaslClientFactory {

  private static final String MECHANISM = "OAUTHBEARER";

  /** Found by the JDK, which makes one by name. */
  public BrokerTokenSasl() {}

  private static final class Registration extends Provider {
    private static final long serialVersionUID = 1L;

    Registration() {
      super("kafka-api-bridge", "1", "tokens for Kafka's brokers");
      put("SaslClientFactory." + MECHANISM, BrokerTokenSasl.class.getName());
    }
  }

  /** Once or more. */
  static void register() {
    Security.insertProviderAt(new Registration(), 1);
  }

  @Override
  public @Nullable SaslClient createSaslClient(
      String[] mechanisms,
      @Nullable String authorizationId,
      String protocol,
      String serverName,
      Map<String, ?> properties,
      CallbackHandler handler) {
    return handler instanceof BrokerLogin login && login.who() instanceof BrokerToken token
        ? new Login(new OAuthBearerSaslClient(login), token, System.nanoTime())
        : null;
  }

  @Override
  public String[] getMechanismNames(@Nullable Map<String, ?> properties) {
    return new String[] {MECHANISM};
  }

  /** One login. */
  private record Login(OAuthBearerSaslClient client, BrokerToken token, long began)
      implements SaslClient {

    @Override
    public byte[] evaluateChallenge(byte[] challenge) throws SaslException {
      if (challenge.length > 0) {
        token.refused(began); // a server that is content says nothing (RFC 7628, 3.2.2)
      }
      return client.evaluateChallenge(challenge);
    }

    @Override
    public String getMechanismName() {
      return MECHANISM;
    }

    @Override
    public boolean hasInitialResponse() {
      return client.hasInitialResponse();
    }

    @Override
    public boolean isComplete() {
      return client.isComplete();
    }

    @Override
    public byte[] unwrap(byte[] incoming, int offset, int length) {
      return client.unwrap(incoming, offset, length);
    }

    @Override
    public byte[] wrap(byte[] outgoing, int offset, int length) {
      return client.wrap(outgoing, offset, length);
    }

    @Override
    public Object getNegotiatedProperty(String name) {
      return client.getNegotiatedProperty(name);
    }

    @Override
    public void dispose() {
      client.dispose();
    }
  }
}
