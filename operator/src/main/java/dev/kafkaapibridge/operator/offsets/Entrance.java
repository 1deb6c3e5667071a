package dev.kafkaapibridge.operator.offsets;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * How brokers let somebody in, made for one look of what the Secrets held then.
 *
 * @param tls null: brokers speak without
 * @param login null: nobody asks for a name
 */
public record Entrance(@Nullable Tls tls, @Nullable Login login) {

  static final Entrance OPEN = new Entrance(null, null);

  /**
   * @param serverName that the certificates carry; null: the host that is dialled
   * @param onlyTls13 nothing older
   */
  record Tls(SSLContext context, @Nullable String serverName, boolean onlyTls13) {

    /** The connection goes on inside TLS; the certificate's name is checked always. */
    Socket over(Socket connected, String host) throws IOException {
      var socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(
                      connected, serverName == null ? host : serverName, connected.getPort(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(
          onlyTls13 ? new String[] {"TLSv1.3"} : new String[] {"TLSv1.3", "TLSv1.2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    }
  }

  /**
   * @param mechanism as SASL calls it
   */
  record Login(String mechanism, String username, String password) {
    @Override
    public String toString() {
      return mechanism; // what people log
    }
  }
}
