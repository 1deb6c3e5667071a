package dev.kafkaapibridge.runtime.target.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A body that is sent once: else OkHttp repeats a call by itself (503 with {@code Retry-After: 0},
 * for one), behind the throttle's back.
 */
final class OneShotBody extends RequestBody {

  private final @Nullable MediaType type;
  private final byte[] content;

  OneShotBody(@Nullable MediaType type, byte[] content) {
    this.type = type;
    this.content = content;
  }

  @Override
  public @Nullable MediaType contentType() {
    return type;
  }

  @Override
  public long contentLength() {
    return content.length;
  }

  /** Not to be changed. */
  byte[] content() {
    return content;
  }

  /** The content, compressed. */
  byte[] gzipped() {
    return Compression.gzip(content);
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.write(content);
  }
}
