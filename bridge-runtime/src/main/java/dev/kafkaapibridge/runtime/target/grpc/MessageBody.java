package dev.kafkaapibridge.runtime.target.grpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** One message as gRPC frames it: whether it is compressed, its length, and it. Sent once. */
final class MessageBody extends RequestBody {

  static final MediaType TYPE = MediaType.get("application/grpc");

  private final byte[] content;
  private final boolean compressed;

  private MessageBody(byte[] content, boolean compressed) {
    this.content = content;
    this.compressed = compressed;
  }

  static MessageBody of(byte[] message) {
    return new MessageBody(message, false);
  }

  static MessageBody gzipped(byte[] message) {
    var out = new ByteArrayOutputStream(message.length / 2 + 32);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(message);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes can't fail to be written", e);
    }
    return new MessageBody(out.toByteArray(), true);
  }

  @Override
  public MediaType contentType() {
    return TYPE;
  }

  /** Not announced: no gRPC client does. */
  @Override
  public long contentLength() {
    return -1;
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.writeByte(compressed ? 1 : 0);
    sink.writeInt(content.length);
    sink.write(content);
  }
}
