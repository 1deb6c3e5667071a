package dev.kafkaapibridge.runtime.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.api.v1alpha1.Oauth2Spec;
import dev.kafkaapibridge.runtime.refs.Secrets;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Asks an authorization server for a token by client credentials (RFC 6749, 4.4). An answer has ten
 * seconds and 64 KiB. Of what it says only the status and the codes of the RFC (5.2) are told:
 * descriptions may hold secrets. Safe for all threads.
 */
public final class TokenEndpoint implements AccessTokens.Asking {

  private static final Duration WHOLE = Duration.ofSeconds(10);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int MAX_BYTES = 64 * 1024;

  /** Where the server doesn't say how long. */
  private static final Duration LIFE = Duration.ofMinutes(5);

  private static final Set<String> CODES =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope");

  /** RFC 6750, 2.1. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private static final JsonMapper JSON = new JsonMapper();

  private final Oauth2Spec spec;
  private final String field;
  private final HttpUrl url;
  private final Secrets secrets;
  private final TrustingClient client;

  /**
   * @param whole how long a question may take
   */
  TokenEndpoint(Oauth2Spec spec, String field, Secrets secrets, Duration whole) {
    this.spec = spec;
    this.field = field;
    this.url = HttpUrl.get(spec.tokenURL());
    this.secrets = secrets;
    this.client =
        new TrustingClient(url.isHttps(), spec.tls(), secrets::authorities, CONNECT, whole);
  }

  /**
   * The tokens that it grants.
   *
   * @param field of the spec that names it, for people
   */
  public static AccessTokens tokens(Oauth2Spec spec, String field, Secrets secrets) {
    return new AccessTokens(
        new TokenEndpoint(spec, field, secrets, WHOLE),
        task -> Thread.ofVirtual().name("access-token").start(task),
        () -> ThreadLocalRandom.current().nextDouble(),
        System::nanoTime);
  }

  @Override
  public AccessTokens.Answer ask() {
    String secret = secrets.secret(spec.clientSecretKeyRef());
    if (secret == null) {
      return refused(
          "Secret '%s' has no key '%s' (%s.clientSecretKeyRef). Create it; a token is then asked for"
              .formatted(spec.clientSecretKeyRef().name(), spec.clientSecretKeyRef().key(), field),
          null);
    }
    OkHttpClient trusting = client.now();
    if (trusting == null) {
      return refused(
          "The certificates of %s.tls.caRefs are missing. Create them; a token is then asked for"
              .formatted(field),
          null);
    }
    try (Response response = trusting.newCall(request(secret)).execute()) {
      return answer(response);
    } catch (IOException e) {
      return Thread.currentThread().isInterrupted()
          ? new AccessTokens.Answer.Cut()
          : refused(whose() + unanswered(e), null);
    }
  }

  private Request request(String secret) {
    var form = new FormBody.Builder().add("grant_type", "client_credentials");
    if (!spec.scopes().isEmpty()) {
      form.add("scope", String.join(" ", spec.scopes()));
    }
    if (spec.audience() != null) {
      form.add("audience", spec.audience());
    }
    var request = new Request.Builder().url(url).header("Accept", "application/json");
    switch (spec.clientAuthentication()) {
      // Written as in a form first, RFC 6749, 2.3.1.
      case ClientSecretBasic ->
          request.header("Authorization", Credentials.basic(form(spec.clientID()), form(secret)));
      case ClientSecretPost -> form.add("client_id", spec.clientID()).add("client_secret", secret);
    }
    return request.post(form.build()).build();
  }

  private static String form(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private AccessTokens.Answer answer(Response response) throws IOException {
    var body = new Buffer();
    while (body.size() <= MAX_BYTES && response.body().source().read(body, MAX_BYTES) >= 0) {
      // bounded
    }
    if (body.size() > MAX_BYTES) {
      return refused(whose() + "answers with more than 64 KiB", null);
    }
    JsonNode told = tree(body.readByteArray());
    if (response.code() != 200) {
      String code = told.path("error").asText();
      return refused(
          whose()
              + "answers "
              + response.code()
              + (CODES.contains(code) ? " " + code : "")
              + (response.code() == 400 || response.code() == 401
                  ? ". Check %s: clientID, clientSecretKeyRef, clientAuthentication, scopes"
                      .formatted(field)
                  : ""),
          seconds(response.header("Retry-After")));
    }
    String token = told.path("access_token").asText();
    if (!TOKEN.matcher(token).matches()
        || !told.path("token_type").asText("Bearer").equalsIgnoreCase("Bearer")) {
      return refused(whose() + "answers 200 without a bearer token", null);
    }
    return new AccessTokens.Answer.Granted(token, life(told.path("expires_in")));
  }

  /** What makes no sense is as good as nothing: a token that is over is found out by the API. */
  private static Duration life(JsonNode told) {
    double seconds = told.asDouble(LIFE.toSeconds());
    return seconds > 0 ? Duration.ofMillis((long) (Math.clamp(seconds, 1, 86_400) * 1_000)) : LIFE;
  }

  private static JsonNode tree(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static @Nullable Duration seconds(@Nullable String header) {
    return header != null && header.matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(header))
        : null;
  }

  private String unanswered(IOException e) {
    return switch (e) {
      case AddressDenied denied ->
          "has the address %s, which is none to call".formatted(denied.address());
      case SSLException ignored ->
          "can't be trusted: the handshake fails, or its certificate is none of the authorities' (%s.tls)"
              .formatted(field);
      case UnknownHostException ignored -> "has no address: its name is unknown";
      case InterruptedIOException ignored -> "does not answer in time";
      default -> "can't be reached, or ends the connection";
    };
  }

  private String whose() {
    return "The token endpoint %s://%s:%d (%s.tokenURL) "
        .formatted(url.scheme(), url.host(), url.port(), field);
  }

  private static AccessTokens.Answer refused(String why, @Nullable Duration retryAfter) {
    return new AccessTokens.Answer.Refused(why + ".", retryAfter);
  }
}
