package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Headers whose values are Secrets. They are added to each call as they are at that moment, so that
 * a Secret that was mended or rotated reaches also the records that are held because of the old
 * one.
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

  private record SecretHeader(String name, KeyRef ref, String field) {}

  private final List<SecretHeader> headers = new ArrayList<>();
  private final HeaderText encoding;
  private final Function<KeyRef, @Nullable String> secrets;

  /**
   * @param list the field of the spec that has them, for people
   * @param encoding how values are written
   * @param secrets the text of a Secret's key; null while it is missing
   */
  public SecretHeaders(
      List<HeaderSpec> specs,
      String list,
      HeaderText encoding,
      Function<KeyRef, @Nullable String> secrets) {
    this.encoding = encoding;
    this.secrets = secrets;
    for (int i = 0; i < specs.size(); i++) {
      KeyRef ref = specs.get(i).secretKeyRef();
      if (ref != null) {
        headers.add(new SecretHeader(specs.get(i).name(), ref, list + "[" + i + "].secretKeyRef"));
      }
    }
  }

  public Added add(Request request) {
    if (headers.isEmpty()) {
      return new Added.To(request);
    }
    Request.Builder builder = request.newBuilder();
    for (SecretHeader header : headers) {
      String value = secrets.apply(header.ref());
      if (value == null) {
        return missing(
            header, "Secret '%s' has no key '%s' (%s). Create it; the call is then made.");
      }
      String written = encoding.of(header.name(), value.getBytes(StandardCharsets.UTF_8));
      if (written == null) {
        return missing(
            header,
            "Secret '%s', key '%s' (%s) has "
                + encoding.unfit()
                + ", which no header may carry. Correct it.");
      }
      builder.header(header.name(), written);
    }
    return new Added.To(builder.build());
  }

  private static Added missing(SecretHeader header, String message) {
    String detail = message.formatted(header.ref().name(), header.ref().key(), header.field());
    return new Added.Missing(new TargetMisconfigured("-", "AuthenticationFailed", detail));
  }
}
