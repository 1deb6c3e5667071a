package dev.kafkaapibridge.operator.offsets;

import dev.kafkaapibridge.api.certificates.TlsFailure;
import java.io.IOException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/**
 * Why something could not be seen.
 *
 * @param reason one word, as conditions have it
 * @param message half a sentence without a full stop
 */
public record Trouble(String reason, String message) {

  /** A broker answers, but doesn't tell. */
  static Trouble failed(String message) {
    return new Trouble("KafkaFailed", message);
  }

  /** No broker answers. */
  static Trouble of(IOException e) {
    return switch (e) {
      case Names.Denied denied -> new Trouble("AddressDenied", String.valueOf(denied.getMessage()));
      case LoggingIn.Refused no ->
          new Trouble("AuthenticationFailed", String.valueOf(no.getMessage()));
      case SSLException no ->
          new Trouble("TLSFailed", "TLS to a broker fails: " + TlsFailure.of(no));
      case Conversation.NoBroker no ->
          new Trouble("BootstrapUnreachable", "no broker answers there: " + no.getMessage());
      case UnknownHostException unknown ->
          new Trouble("BootstrapUnreachable", String.valueOf(unknown.getMessage()));
      default -> new Trouble("BootstrapUnreachable", "no broker can be connected to");
    };
  }
}
