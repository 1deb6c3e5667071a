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

  /**
   * Bytes. Okio copies what it is handed into segments, and sends and reuses them between one piece
   * and the next: a large body in one piece takes its own size of the heap once more.
   */
  private static final int AT_ONCE = 16 * 1024;

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
    for (int at = 0; at < content.length; at += AT_ONCE) {
      sink.write(content, at, Math.min(AT_ONCE, content.length - at));
    }
  }
}
