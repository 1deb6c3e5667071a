package dev.kafkaapibridge.runtime.target.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.SigningSpec;
import dev.kafkaapibridge.runtime.refs.Secrets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests by HMAC (RFC 2104) with a secret that is read anew for each: what is signed is
 * what is sent, after compression and with the headers of the other credentials. Safe for all
 * lanes.
 */
final class Signature {

  /** A piece of what is signed. */
  private sealed interface Piece {
    record Text(byte[] bytes) implements Piece {}

    record Method() implements Piece {}

    record Path() implements Piece {}

    record Timestamp() implements Piece {}

    record Header(String name) implements Piece {}

    record Body() implements Piece {}
  }

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
  private static final byte[] NOTHING = {};

  private final SigningSpec spec;
  private final List<Piece> content;
  private final Secrets secrets;
  private final Clock clock;

  /**
   * @param spec sound
   */
  Signature(SigningSpec spec, Secrets secrets, Clock clock) {
    this.spec = spec;
    this.content = pieces(spec.content());
    this.secrets = secrets;
    this.clock = clock;
  }

  private static List<Piece> pieces(String content) {
    var pieces = new ArrayList<Piece>();
    Matcher placeholder = PLACEHOLDER.matcher(content);
    int from = 0;
    while (placeholder.find()) {
      pieces.add(new Piece.Text(content.substring(from, placeholder.start()).getBytes(UTF_8)));
      pieces.add(
          switch (placeholder.group(1)) {
            case "method" -> new Piece.Method();
            case "path" -> new Piece.Path();
            case "timestamp" -> new Piece.Timestamp();
            case "body" -> new Piece.Body();
            case String header -> new Piece.Header(header.substring("header.".length()));
          });
      from = placeholder.end();
    }
    pieces.add(new Piece.Text(content.substring(from).getBytes(UTF_8)));
    return List.copyOf(pieces);
  }

  /** The request with its signature, or why it can't have one: then it isn't sent. */
  SecretHeaders.Added of(Request request) {
    byte[] secret = secret();
    if (secret == null) {
      KeyRef ref = spec.secretKeyRef();
      return SecretHeaders.missing(
          "Secret '%s' has no key '%s', or it is not written in %s (spec.target.http.signing). Create or correct it; the call is then made."
              .formatted(ref.name(), ref.key(), spec.secretEncoding()));
    }
    String timestamp = timestamp(clock.instant());
    Request.Builder signed = request.newBuilder();
    String header = spec.timestampHeader();
    if (header != null) {
      signed.header(header, timestamp);
    }
    // Made from the request as it is with its timestamp, so that {header.NAME} sees that too.
    String signature = written(hmac(secret, signed.build(), timestamp));
    signed.header(
        spec.header(),
        spec.value().replace("{timestamp}", timestamp).replace("{signature}", signature));
    return new SecretHeaders.Added.To(signed.build());
  }

  /** Null: it is missing, or not written as the spec says. */
  private byte @Nullable [] secret() {
    String text = secrets.secret(spec.secretKeyRef());
    if (text == null) {
      return null;
    }
    try {
      byte[] secret =
          switch (spec.secretEncoding()) {
            case Text -> text.getBytes(UTF_8);
            case Base64 -> Base64.getDecoder().decode(text);
            case Hex -> HexFormat.of().parseHex(text);
          };
      return secret.length == 0 ? null : secret;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private String timestamp(Instant now) {
    return switch (spec.timestampFormat()) {
      case UnixSeconds -> Long.toString(now.getEpochSecond());
      case UnixMilliseconds -> Long.toString(now.toEpochMilli());
      case RFC3339 -> now.truncatedTo(ChronoUnit.SECONDS).toString();
    };
  }

  private byte[] hmac(byte[] secret, Request request, String timestamp) {
    try {
      Mac mac = Mac.getInstance(spec.algorithm().name());
      mac.init(new SecretKeySpec(secret, spec.algorithm().name()));
      for (Piece piece : content) {
        mac.update(
            switch (piece) {
              case Piece.Text(var bytes) -> bytes;
              case Piece.Method ignored -> request.method().getBytes(UTF_8);
              case Piece.Path ignored -> path(request).getBytes(UTF_8);
              case Piece.Timestamp ignored -> timestamp.getBytes(UTF_8);
              case Piece.Header(var name) -> header(request, name).getBytes(UTF_8);
              case Piece.Body ignored ->
                  request.body() instanceof OneShotBody body ? body.content() : NOTHING;
            });
      }
      return mac.doFinal();
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("a key that isn't empty was refused", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JRE has HmacSHA256 and HmacSHA512", e);
    }
  }

  private static String path(Request request) {
    String query = request.url().encodedQuery();
    return query == null ? request.url().encodedPath() : request.url().encodedPath() + "?" + query;
  }

  /** Those that describe the body or the place included, which the client adds at the end. */
  private static String header(Request request, String name) {
    Headers headers = request.headers();
    if (headers.get(name) != null) {
      return String.join(",", headers.values(name));
    }
    if (name.equalsIgnoreCase("host")) {
      var url = request.url();
      boolean usual = url.port() == okhttp3.HttpUrl.defaultPort(url.scheme());
      String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
      return usual ? host : host + ":" + url.port();
    }
    if (!(request.body() instanceof OneShotBody body)) {
      return "";
    }
    MediaType type = body.contentType();
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "content-type" -> type == null ? "" : type.toString();
      case "content-length" -> Long.toString(body.contentLength());
      default -> "";
    };
  }

  private String written(byte[] signature) {
    return switch (spec.encoding()) {
      case Hex -> HexFormat.of().formatHex(signature);
      case Base64 -> Base64.getEncoder().encodeToString(signature);
    };
  }
}
