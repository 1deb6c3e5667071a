package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * An API over TLS that tells everybody what it was told: whatever it answers has the headers of the
 * request in it. It asks for a client certificate and goes on without one. Of ten records it
 * refuses one, fails at one once, and hangs up on one once.
 */
final class TellTaleApi implements AutoCloseable {

  /** How it answers all of them. */
  enum Mood {
    Fair,
    /** It knows nobody. */
    Stranger,
    /** It has moved, and says where in an address with a password of its own. */
    Moved
  }

  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");

  private final HttpsServer server;
  private final Set<Integer> failedOnce = ConcurrentHashMap.newKeySet();
  private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> headers = ConcurrentHashMap.newKeySet();
  private volatile boolean certificateSeen;
  private volatile Mood mood = Mood.Fair;

  TellTaleApi(HeldCertificate certificate, HeldCertificate clients) throws IOException {
    var tls =
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .addTrustedCertificate(clients.certificate())
            .build()
            .sslContext();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            var asked = tls.getDefaultSSLParameters();
            asked.setWantClientAuth(true);
            parameters.setSSLParameters(asked);
          }
        });
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  void mood(Mood next) {
    mood = next;
  }

  int accepted() {
    return accepted.size();
  }

  /** Whether any request had this in a header. */
  boolean wasShown(String secret) {
    return headers.stream().anyMatch(header -> header.contains(secret));
  }

  boolean wasShownACertificate() {
    return certificateSeen;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String told = new TreeMap<>(exchange.getRequestHeaders()).toString();
      exchange.getRequestHeaders().values().forEach(headers::addAll);
      certificateSeen |= hasCertificate(exchange);
      int sequence = sequence(body);
      switch (mood) {
        case Stranger -> {
          exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer seen=\"" + told + "\"");
          give(exchange, 401, told);
        }
        case Moved -> {
          exchange
              .getResponseHeaders()
              .add("Location", "https://api:canary-location@localhost/?token=canary-query");
          give(exchange, 302, told);
        }
        case Fair -> fair(exchange, sequence, told);
      }
    }
  }

  private void fair(HttpExchange exchange, int sequence, String told) throws IOException {
    boolean again = !failedOnce.add(sequence);
    if (sequence % 10 == 3) {
      give(exchange, 422, told);
    } else if (sequence % 10 == 5 && !again) {
      give(exchange, 500, told);
    } else if (sequence % 10 != 7 || again) {
      accepted.add(sequence);
      give(exchange, 200, told);
    }
  }

  private static boolean hasCertificate(HttpExchange exchange) {
    try {
      return exchange instanceof com.sun.net.httpserver.HttpsExchange https
          && https.getSSLSession().getPeerCertificates().length > 0;
    } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
      return false;
    }
  }

  private static int sequence(String body) {
    Matcher matcher = SEQUENCE.matcher(body);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no order: " + body);
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static void give(HttpExchange exchange, int status, String told) throws IOException {
    byte[] bytes = told.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
