package dev.kafkaapibridge.sandbox.broker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * An authorization server with switches: tokens by client credentials at an https address, the keys
 * to check them by at another. Safe for all threads.
 */
public final class AuthorizationServer implements AutoCloseable {

  public static final String ISSUER = "https://tokens.example.com";

  private record Key(String id, KeyPair pair) {}

  private final HttpsServer tokens;
  private final HttpServer keys;
  private final AtomicInteger granted = new AtomicInteger();

  /** Those that are good, until when. */
  private final Map<String, Instant> good = new ConcurrentHashMap<>();

  private volatile Key key = fresh();
  private volatile String secret;
  private volatile Duration life;
  private volatile Duration takes = Duration.ZERO;
  private volatile boolean away;

  /**
   * @param server its certificate
   * @param secret of the client {@code orders}
   * @param life of a token
   */
  public AuthorizationServer(HeldCertificate server, String secret, Duration life)
      throws IOException {
    this.secret = secret;
    this.life = life;
    var loopback = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    tokens = HttpsServer.create(loopback, 10);
    tokens.setHttpsConfigurator(
        new HttpsConfigurator(
            new HandshakeCertificates.Builder().heldCertificate(server).build().sslContext()));
    tokens.createContext("/token", this::token);
    keys = HttpServer.create(loopback, 10);
    keys.createContext("/keys", exchange -> answer(exchange, 200, keySet()));
    for (HttpServer each : new HttpServer[] {tokens, keys}) {
      each.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      each.start();
    }
  }

  public String tokenUrl() {
    return "https://localhost:" + tokens.getAddress().getPort() + "/token";
  }

  public String keysUrl() {
    return "http://127.0.0.1:" + keys.getAddress().getPort() + "/keys";
  }

  public int granted() {
    return granted.get();
  }

  public void secret(String next) {
    secret = next;
  }

  /** Of tokens that are granted from now on. */
  public void life(Duration next) {
    life = next;
  }

  /** Before each answer. */
  public void takes(Duration next) {
    takes = next;
  }

  /** It answers 503 with a body that tells what nobody is to see. */
  public void away(boolean now) {
    away = now;
  }

  /** No token that was granted before is good any more. */
  public void revokeAll() {
    key = fresh();
    good.clear();
  }

  /** Whether this is a token that was granted, is not over and was not revoked. */
  public boolean isGood(String token) {
    Instant end = good.get(token);
    return end != null && Instant.now().isBefore(end);
  }

  private void token(HttpExchange exchange) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String login = exchange.getRequestHeaders().getFirst("Authorization");
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(("orders:" + secret).getBytes(StandardCharsets.UTF_8));
    try {
      TimeUnit.NANOSECONDS.sleep(takes.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (away) {
      exchange.getResponseHeaders().add("Retry-After", "2");
      answer(exchange, 503, "{\"error\": \"canary-of-the-server\", \"seen\": \"" + secret + "\"}");
    } else if (!expected.equals(login) || !form.contains("grant_type=client_credentials")) {
      answer(
          exchange,
          401,
          "{\"error\": \"invalid_client\", \"error_description\": \"canary: \\\"%s\\\" is not \\\"%s\\\"\"}"
              .formatted(login, secret));
    } else {
      String token = signed();
      good.put(token, Instant.now().plus(life));
      granted.incrementAndGet();
      answer(
          exchange,
          200,
          "{\"access_token\": \"%s\", \"token_type\": \"Bearer\", \"expires_in\": %d}"
              .formatted(token, life.toSeconds()));
    }
  }

  private String signed() {
    Key by = key;
    long now = Instant.now().getEpochSecond();
    String head = "{\"alg\":\"RS256\",\"kid\":\"%s\"}".formatted(by.id());
    String claims =
        "{\"iss\":\"%s\",\"aud\":\"kafka\",\"sub\":\"orders\",\"scope\":\"kafka\",\"iat\":%d,\"exp\":%d}"
            .formatted(ISSUER, now, now + life.toSeconds());
    try {
      String content =
          text(head.getBytes(StandardCharsets.UTF_8))
              + "."
              + text(claims.getBytes(StandardCharsets.UTF_8));
      var signing = Signature.getInstance("SHA256withRSA");
      signing.initSign(by.pair().getPrivate());
      signing.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + text(signing.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String keySet() {
    Key by = key;
    var shown = (RSAPublicKey) by.pair().getPublic();
    return "{\"keys\": [{\"kty\": \"RSA\", \"use\": \"sig\", \"alg\": \"RS256\", \"kid\": \"%s\", \"n\": \"%s\", \"e\": \"%s\"}]}"
        .formatted(by.id(), number(shown.getModulus()), number(shown.getPublicExponent()));
  }

  private static String number(BigInteger value) {
    byte[] bytes = value.toByteArray();
    return text(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Key fresh() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return new Key(java.util.UUID.randomUUID().toString(), generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    tokens.stop(0);
    keys.stop(0);
  }
}
