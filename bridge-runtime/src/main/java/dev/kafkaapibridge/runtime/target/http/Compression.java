package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HttpCompressionSpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import okhttp3.Request;

/**
 * Compresses bodies where that pays and the target reads it. Owns the memory of a target that
 * doesn't: after a 415 nothing is compressed for ten minutes, so that not every record is sent
 * twice. Safe for all lanes.
 */
final class Compression {

  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final String ENCODING = "Content-Encoding";

  private final boolean gzip;
  private final int minBytes;
  private final Clock clock;

  /** Milliseconds of the clock until which the target is spared compressed bodies. */
  private volatile long sparedUntil = Long.MIN_VALUE;

  Compression(HttpCompressionSpec spec, Clock clock) {
    this.gzip = spec.algorithm() == HttpCompressionSpec.Algorithm.Gzip;
    this.minBytes = spec.minBytes();
    this.clock = clock;
  }

  /** The request with its body compressed, or the very same where it isn't to be. */
  Request apply(Request request) {
    if (!gzip
        || !(request.body() instanceof OneShotBody body)
        || body.contentLength() < Math.max(1, minBytes)
        || request.header(ENCODING) != null
        || clock.millis() < sparedUntil) {
      return request;
    }
    return request
        .newBuilder()
        .header(ENCODING, "gzip")
        .method(request.method(), new OneShotBody(body.contentType(), body.gzipped()))
        .build();
  }

  /** Whether an answer says that the body can't be read. */
  static boolean isUnread(Verdict verdict) {
    return verdict instanceof Verdict.RecordRefused refused && refused.code().equals("415");
  }

  /** The target has answered 415 to a compressed body. */
  void notRead() {
    sparedUntil = clock.millis() + REMEMBERED.toMillis();
  }

  static byte[] gzip(byte[] content) {
    var out = new ByteArrayOutputStream(content.length / 4 + 64);
    try (var stream = new GZIPOutputStream(out)) {
      stream.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes can't fail to be written", e);
    }
    return out.toByteArray();
  }
}
