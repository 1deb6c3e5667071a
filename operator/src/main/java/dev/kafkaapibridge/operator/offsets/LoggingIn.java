package dev.kafkaapibridge.operator.offsets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.SaslException;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.apache.kafka.common.security.scram.internals.ScramMessages.ServerFirstMessage;
import org.apache.kafka.common.security.scram.internals.ScramSaslClient;

/**
 * SASL at the beginning of a conversation, as brokers take it since 1.0 (KIP-152). Nothing of what
 * a broker writes about a refusal is told: whom tenants name may write anything.
 */
record LoggingIn(Entrance.Login as) {

  /** Of one step of a mechanism; a server's first words are some hundred bytes. */
  private static final int MOST_BYTES = 8 * 1024;

  void to(Conversation broker) throws IOException {
    var offered =
        broker.ask(
            ApiKeys.SASL_HANDSHAKE,
            1,
            new SaslHandshakeRequestData().setMechanism(as.mechanism()),
            SaslHandshakeResponseData::new);
    if (offered.errorCode() != 0) {
      throw new Refused("the listener does not take " + as.mechanism());
    }
    ScramMechanism scram = ScramMechanism.forMechanismName(as.mechanism());
    if (scram == null) {
      say(broker, ("\0" + as.username() + "\0" + as.password()).getBytes(StandardCharsets.UTF_8));
    } else {
      prove(broker, scram);
    }
  }

  private void prove(Conversation broker, ScramMechanism scram) throws IOException {
    try {
      var client = new ScramSaslClient(scram, this::answer);
      byte[] first = say(broker, client.evaluateChallenge(new byte[0]));
      // The client would hash as often as it is told to, for an hour if it is told so.
      if (new ServerFirstMessage(first).iterations() > scram.maxIterations()) {
        throw new Refused("it asks for more hashing than a broker does");
      }
      byte[] last = say(broker, client.evaluateChallenge(first));
      client.evaluateChallenge(last);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has them", e);
    } catch (SaslException e) {
      throw new Refused("it does not prove that it knows the password, as a broker does");
    }
  }

  private byte[] say(Conversation broker, byte[] words) throws IOException {
    var answer =
        broker.ask(
            ApiKeys.SASL_AUTHENTICATE,
            1,
            new SaslAuthenticateRequestData().setAuthBytes(words),
            SaslAuthenticateResponseData::new);
    if (answer.errorCode() != 0) {
      throw new Refused("the brokers refuse the user's name and password");
    }
    if (answer.authBytes().length > MOST_BYTES) {
      throw new Conversation.NoBroker("it says more than a broker does");
    }
    return answer.authBytes();
  }

  private void answer(Callback[] callbacks) {
    for (Callback callback : callbacks) {
      switch (callback) {
        case NameCallback name -> name.setName(as.username());
        case PasswordCallback password -> password.setPassword(as.password().toCharArray());
        default -> {}
      }
    }
  }

  /** Trying elsewhere makes it no better, and may lock the user out. */
  static final class Refused extends IOException {
    Refused(String message) {
      super(message);
    }
  }
}
