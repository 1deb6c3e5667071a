package dev.kafkaapibridge.runtime.target.http;

import java.io.IOException;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A body that is sent once: else OkHttp repeats a call by itself (503 with {@code Retry-After: 0},
 * for one), behind the throttle's back.
 */
final class OneShotBody extends RequestBody {

  /**
   * Bytes. Okio copies what it is handed into segments, and sends and reuses them whenever so many
   * are there: a large body at once takes its own size of the heap once more.
   */
  private static final int AT_ONCE = 16 * 1024;

  private final @Nullable MediaType type;
  private final List<byte[]> pieces;
  private final int length;

  OneShotBody(@Nullable MediaType type, byte[] content) {
    this(type, List.of(content));
  }

  /**
   * @param pieces which nobody changes; side by side they are the content
   */
  OneShotBody(@Nullable MediaType type, List<byte[]> pieces) {
    this.type = type;
    this.pieces = pieces;
    int sum = 0;
    for (byte[] piece : pieces) {
      sum = Math.addExact(sum, piece.length);
    }
    this.length = sum;
  }

  @Override
  public @Nullable MediaType contentType() {
    return type;
  }

  @Override
  public long contentLength() {
    return length;
  }

  /** As a whole, for who has to look at it: to send it takes no such copy. Not to be changed. */
  byte[] content() {
    if (pieces.size() == 1) {
      return pieces.getFirst();
    }
    var content = new byte[length];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, content, at, piece.length);
      at += piece.length;
    }
    return content;
  }

  /** The content, compressed. */
  byte[] gzipped() {
    return Compression.gzip(content());
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    Buffer buffer = sink.getBuffer();
    for (byte[] piece : pieces) {
      for (int at = 0; at < piece.length; at += AT_ONCE) {
        buffer.write(piece, at, Math.min(AT_ONCE, piece.length - at));
        if (buffer.size() >= AT_ONCE) {
          sink.emitCompleteSegments();
        }
      }
    }
  }
}
