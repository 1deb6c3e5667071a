package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.http.Departure;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** The body of a stream: written to while answers come, by whoever was given the sink. */
final class DuplexBody extends RequestBody {

  private final Departure departure;
  private @Nullable MessageStream stream;

  DuplexBody(Departure departure) {
    this.departure = departure;
  }

  /** Before the call is executed. */
  void of(MessageStream its) {
    stream = its;
  }

  @Override
  public MediaType contentType() {
    return MessageBody.TYPE;
  }

  @Override
  public long contentLength() {
    return -1;
  }

  @Override
  public boolean isDuplex() {
    return true;
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) {
    MessageStream its = stream;
    if (its == null) {
      throw new IllegalStateException("a stream's call is executed before there is a stream");
    }
    its.isOpen(sink, departure.connection());
  }
}
