package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.v1alpha1.ApiKeySpec;
import dev.kafkaapibridge.api.v1alpha1.BasicSpec;
import dev.kafkaapibridge.api.v1alpha1.BearerTokenSpec;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.Oauth2Spec;
import dev.kafkaapibridge.api.v1alpha1.ServiceAccountTokenSpec;
import dev.kafkaapibridge.api.v1alpha1.TargetAuthenticationSpec;
import dev.kafkaapibridge.runtime.connect.AccessTokens;
import dev.kafkaapibridge.runtime.connect.TokenEndpoint;
import dev.kafkaapibridge.runtime.refs.Secrets;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import okhttp3.Credentials;
import okhttp3.Headers;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Headers whose values are Secrets, those of {@code authentication} among them. They are added to
 * each call as they are at that moment, so that a Secret that was mended or rotated reaches also
 * the records that are held because of the old one.
 */
public final class SecretHeaders {

  public sealed interface Added {
    record To(Request request) implements Added {}

    /**
     * A call without its credential would be another call than the one that was asked for: it isn't
     * made.
     */
    record Missing(TargetMisconfigured verdict) implements Added {}
  }

  /**
   * @param text as it is now; null while it is missing
   * @param missing what people are told then
   * @param what it is, for people
   */
  private record Part(Supplier<@Nullable String> text, String missing, String what) {

    static Part of(KeyRef ref, String field, Secrets secrets) {
      return new Part(
          () -> secrets.secret(ref),
          "Secret '%s' has no key '%s' (%s). Create it; the call is then made."
              .formatted(ref.name(), ref.key(), field),
          "Secret '%s', key '%s' (%s)".formatted(ref.name(), ref.key(), field));
    }
  }

  /**
   * @param parts whose texts make its value
   */
  private record SecretHeader(
      String name, List<Part> parts, Function<List<String>, String> writing) {}

  private final List<SecretHeader> headers = new ArrayList<>();
  private final HeaderText encoding;
  private final @Nullable AccessTokens tokens;

  /**
   * @param authentication null: none
   * @param where the field of the spec that has both, for people
   * @param list its field that has the headers, for people
   * @param encoding how values are written
   * @param secrets what the files hold
   */
  public SecretHeaders(
      List<HeaderSpec> specs,
      @Nullable TargetAuthenticationSpec authentication,
      String where,
      String list,
      HeaderText encoding,
      Secrets secrets) {
    this(
        specs,
        authentication,
        where,
        list,
        encoding,
        secrets,
        tokens(authentication, where + ".authentication.oauth2", secrets));
  }

  /**
   * @param tokens of which the credential is one; null: it is another
   */
  SecretHeaders(
      List<HeaderSpec> specs,
      @Nullable TargetAuthenticationSpec authentication,
      String where,
      String list,
      HeaderText encoding,
      Secrets secrets,
      @Nullable AccessTokens tokens) {
    this.encoding = encoding;
    this.tokens = tokens;
    for (int i = 0; i < specs.size(); i++) {
      KeyRef ref = specs.get(i).secretKeyRef();
      if (ref != null) {
        String field = where + "." + list + "[" + i + "].secretKeyRef";
        headers.add(
            new SecretHeader(
                specs.get(i).name(), List.of(Part.of(ref, field, secrets)), List::getFirst));
      }
    }
    if (authentication != null) {
      credential(authentication, where + ".authentication.", secrets).ifPresent(headers::add);
    }
  }

  private static @Nullable AccessTokens tokens(
      @Nullable TargetAuthenticationSpec authentication, String field, Secrets secrets) {
    Oauth2Spec spec = authentication == null ? null : authentication.oauth2();
    return spec == null ? null : TokenEndpoint.tokens(spec, field, secrets);
  }

  /** Empty: it travels in no header, but in the handshake. */
  private static Optional<SecretHeader> credential(
      TargetAuthenticationSpec authentication, String field, Secrets secrets) {
    BasicSpec basic = authentication.basic();
    BearerTokenSpec bearer = authentication.bearerToken();
    ApiKeySpec key = authentication.apiKey();
    ServiceAccountTokenSpec token = authentication.serviceAccountToken();
    if (basic != null) {
      String secret = basic.secretRef().name();
      return Optional.of(
          new SecretHeader(
              "Authorization",
              List.of(
                  Part.of(new KeyRef(secret, "username"), field + "basic.secretRef", secrets),
                  Part.of(new KeyRef(secret, "password"), field + "basic.secretRef", secrets)),
              parts ->
                  Credentials.basic(parts.getFirst(), parts.getLast(), StandardCharsets.UTF_8)));
    }
    if (bearer != null) {
      return Optional.of(
          new SecretHeader(
              "Authorization",
              List.of(Part.of(bearer.secretKeyRef(), field + "bearerToken.secretKeyRef", secrets)),
              parts -> "Bearer " + parts.getFirst()));
    }
    if (token != null) {
      var missing =
          "The pod has no token for audience '%s' (%sserviceAccountToken): the kubelet brings it as file '%s'. The call is made when it is there."
              .formatted(token.audience(), field, Reference.SERVICE_ACCOUNT_TOKEN);
      return Optional.of(
          new SecretHeader(
              "Authorization",
              List.of(new Part(secrets::serviceAccountToken, missing, "The token of the pod")),
              parts -> "Bearer " + parts.getFirst()));
    }
    return key == null
        ? Optional.empty()
        : Optional.of(
            new SecretHeader(
                key.header(),
                List.of(Part.of(key.secretKeyRef(), field + "apiKey.secretKeyRef", secrets)),
                List::getFirst));
  }

  public Added add(Request request) {
    if (headers.isEmpty() && tokens == null) {
      return new Added.To(request);
    }
    Headers.Builder all = request.headers().newBuilder();
    for (SecretHeader header : headers) {
      var texts = new ArrayList<String>(header.parts().size());
      for (Part part : header.parts()) {
        String text = part.text().get();
        if (text == null) {
          return missing(part.missing());
        }
        texts.add(text);
      }
      String value = header.writing().apply(texts);
      String written = encoding.of(header.name(), value.getBytes(StandardCharsets.UTF_8));
      if (written == null) {
        return missing(
            "%s has %s, which no header may carry. Correct it."
                .formatted(header.parts().getFirst().what(), encoding.unfit()));
      }
      // What OkHttp finds wrong with a value, it says with the value.
      all.removeAll(header.name()).addUnsafeNonAscii(header.name(), written);
    }
    if (tokens != null) {
      switch (tokens.now()) {
        case AccessTokens.Found.Token(var token) -> all.set("Authorization", "Bearer " + token);
        case AccessTokens.Found.Missing(var why) -> {
          return missing(why);
        }
      }
    }
    return new Added.To(request.newBuilder().headers(all.build()).build());
  }

  /**
   * What a verdict means once it is known whether the credential may be another by now.
   *
   * @param began when the call did, by {@link System#nanoTime}
   */
  public Verdict judged(Verdict verdict, long began) {
    return tokens != null
            && verdict instanceof TargetMisconfigured refused
            && refused.reason().equals("AuthenticationFailed")
            && !refused.code().equals("-")
            && tokens.refused(began)
        ? new Verdict.Again(refused.code(), Verdict.Again.Why.NewToken)
        : verdict;
  }

  /** The call isn't made. */
  static Added missing(String detail) {
    return new Added.Missing(new TargetMisconfigured("-", "AuthenticationFailed", detail));
  }
}
