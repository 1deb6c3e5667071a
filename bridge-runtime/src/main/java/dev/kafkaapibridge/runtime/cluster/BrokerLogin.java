package dev.kafkaapibridge.runtime.cluster;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tells the Kafka client what it asks for when it logs in, each time as it is then ({@link Who}):
 * so what was changed is used by the next connection. The client makes one for each way to a
 * broker.
 */
public final class BrokerLogin implements AuthenticateCallbackHandler {

  static final String WHO = "kafka-api-bridge.login";

  private @Nullable Who who;

  @Override
  public void configure(
      Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
    who = (Who) configs.get(WHO);
  }

  Who who() {
    return Objects.requireNonNull(who);
  }

  @Override
  public void handle(Callback[] callbacks) throws CredentialMissing, UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      who().answer(callback);
    }
  }

  @Override
  public void close() {}
}
