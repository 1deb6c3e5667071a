package dev.kafkaapibridge.benchmarks.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kafkaapibridge.benchmarks.Stamp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection: takes records, answers each after the API's latency. The answer is one buffer
 * made once; what is measured is whoever calls.
 */
final class Records extends ChannelInboundHandlerAdapter {

  private static final ByteBuf ACCEPTED =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes(
                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"taken\":true}"
                      .getBytes(US_ASCII)));

  private static final String SKIP = "?skip=";

  private final Tally tally;
  private final ApiServer.Latency latency;
  private final byte[] head = new byte[Stamp.LENGTH];
  private int got;

  /** Bytes of this request's body that are still to come before its stamp. */
  private int toSkip;

  /** Of the lines of this request, where it has one a record; null: it is one record. */
  private @Nullable List<Stamp> stamps;

  private String control = "";

  Records(Tally tally, ApiServer.Latency latency) {
    this.tally = tally;
    this.latency = latency;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        got = 0;
        int skipped = request.uri().indexOf(SKIP);
        toSkip =
            skipped < 0 ? 0 : Integer.parseInt(request.uri().substring(skipped + SKIP.length()));
        stamps = request.uri().endsWith("?lines") ? new ArrayList<>() : null;
        control = request.uri().startsWith("/records") ? "" : request.uri();
      }
      if (message instanceof HttpContent content) {
        if (stamps == null) {
          head(content.content());
        } else {
          lines(content.content(), stamps);
        }
      }
      if (message instanceof LastHttpContent) {
        if (control.isEmpty()) {
          take(context);
        } else {
          answer(context, steer(new QueryStringDecoder(control)));
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void head(ByteBuf content) {
    int past = Math.min(toSkip, content.readableBytes());
    content.skipBytes(past);
    toSkip -= past;
    int take = Math.min(head.length - got, content.readableBytes());
    content.readBytes(head, got, take);
    got += take;
  }

  /** Each line begins with a quote and a stamp. */
  private void lines(ByteBuf content, List<Stamp> into) {
    while (content.isReadable()) {
      if (got == 0 && content.getByte(content.readerIndex()) == '"') {
        content.skipBytes(1);
      }
      int end = content.bytesBefore((byte) '\n');
      int line = end < 0 ? content.readableBytes() : end;
      int after = content.readerIndex() + line;
      head(content.slice(content.readerIndex(), line));
      content.readerIndex(after);
      if (end >= 0) {
        content.skipBytes(1);
        into.add(Stamp.read(i -> head[i]));
        got = 0;
      }
    }
  }

  private void take(ChannelHandlerContext context) {
    List<Stamp> taken = stamps == null ? List.of(Stamp.read(i -> head[i])) : stamps;
    tally.arrived(taken);
    if (latency.millis == 0) {
      accept(context, taken);
    } else {
      context
          .executor()
          .schedule(() -> accept(context, taken), latency.millis, TimeUnit.MILLISECONDS);
    }
  }

  private void accept(ChannelHandlerContext context, List<Stamp> taken) {
    context.writeAndFlush(ACCEPTED.duplicate());
    long now = micros();
    taken.forEach(stamp -> tally.answered(stamp, now));
  }

  private String steer(QueryStringDecoder query) {
    switch (query.path()) {
      case "/begin" -> {
        latency.millis = number(query, "latency");
        tally.begin(number(query, "records"), number(query, "keys"));
      }
      case "/measure" -> tally.measureFrom(number(query, "from"), number(query, "records"));
      default -> {} // only asks
    }
    try {
      return ApiServer.JSON.writeValueAsString(tally.figures());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int number(QueryStringDecoder query, String name) {
    return Integer.parseInt(query.parameters().getOrDefault(name, List.of("0")).getFirst());
  }

  private static void answer(ChannelHandlerContext context, String json) {
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(json.length());
    context.writeAndFlush(Unpooled.copiedBuffer(head + json, US_ASCII));
  }

  static long micros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
