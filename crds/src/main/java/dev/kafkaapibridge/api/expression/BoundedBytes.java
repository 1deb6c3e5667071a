package dev.kafkaapibridge.api.expression;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes in memory, of which there may be only so many: one more is an error of writing. */
final class BoundedBytes extends OutputStream {

  /** There would be more. Costs no stack trace. */
  static final class Full extends IOException {
    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final int most;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  BoundedBytes(int most) {
    this.most = most;
  }

  @Override
  public void write(int written) throws IOException {
    bound(1);
    bytes.write(written);
  }

  @Override
  public void write(byte[] written, int from, int length) throws IOException {
    bound(length);
    bytes.write(written, from, length);
  }

  private void bound(int more) throws Full {
    if (more > most - bytes.size()) {
      throw new Full();
    }
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
