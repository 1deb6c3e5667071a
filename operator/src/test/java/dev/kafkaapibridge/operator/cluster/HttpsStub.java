package dev.kafkaapibridge.operator.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server that the API server calls: it insists on HTTPS, and is told whom to trust. */
final class HttpsStub implements AutoCloseable {

  /** Answers JSON with JSON. */
  interface Answer {
    String to(URI uri, byte[] body) throws IOException;
  }

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final HttpsServer server;
  private final String authority;

  HttpsStub(InetAddress address, Answer answer) throws IOException {
    KeyStore keys = keys(address);
    try {
      authority =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'})
                  .encodeToString(keys.getCertificate("stub").getEncoded())
              + "\n-----END CERTIFICATE-----\n";
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(managers.getKeyManagers(), null, null);
      server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] text =
                answer
                    .to(exchange.getRequestURI(), exchange.getRequestBody().readAllBytes())
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
          }
        });
    server.start();
  }

  private static KeyStore keys(InetAddress address) throws IOException {
    Path store = Files.createTempDirectory("stub").resolve("keys.p12");
    Shell.run(
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "stub",
                "-keyalg",
                "EC",
                "-dname",
                "CN=stub",
                "-ext",
                "san=ip:" + address.getHostAddress(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString()))
        .mustSucceed();
    try (var in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD);
      return keys;
    } catch (GeneralSecurityException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** For a field {@code caBundle}. */
  String authority() {
    return Base64.getEncoder().encodeToString(authority.getBytes(UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
