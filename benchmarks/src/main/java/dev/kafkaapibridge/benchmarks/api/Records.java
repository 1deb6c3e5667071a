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
import java.util.List;
import java.util.concurrent.TimeUnit;

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

  private final Tally tally;
  private final ApiServer.Latency latency;
  private final byte[] head = new byte[Stamp.LENGTH];
  private int got;
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
        control = request.uri().startsWith("/records") ? "" : request.uri();
      }
      if (message instanceof HttpContent content) {
        int take = Math.min(head.length - got, content.content().readableBytes());
        content.content().readBytes(head, got, take);
        got += take;
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

  private void take(ChannelHandlerContext context) {
    Stamp stamp = Stamp.read(i -> head[i]);
    tally.arrived(stamp);
    if (latency.millis == 0) {
      accept(context, stamp);
    } else {
      context
          .executor()
          .schedule(() -> accept(context, stamp), latency.millis, TimeUnit.MILLISECONDS);
    }
  }

  private void accept(ChannelHandlerContext context, Stamp stamp) {
    context.writeAndFlush(ACCEPTED.duplicate());
    tally.answered(stamp, micros());
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
