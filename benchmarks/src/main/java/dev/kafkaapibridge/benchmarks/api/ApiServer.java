package dev.kafkaapibridge.benchmarks.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The API as a program: one thread counts and answers, no answer is longer than it must be. {@code
 * POST /records} is the API, and {@link GrpcApi} on a port of its own; {@code /begin} and {@code
 * /tally} are for who measures.
 */
public final class ApiServer {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private ApiServer() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var loop = new NioEventLoopGroup(1);
    var tally = new Tally();
    var latency = new Latency();
    var server =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpRequestDecoder())
                        .addLast(new Records(tally, latency));
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    int http = ((InetSocketAddress) server.localAddress()).getPort();
    int grpc = new GrpcApi(tally, latency, loop.next()).start();
    System.out.println("listening on " + http + "," + grpc);
    server.closeFuture().sync();
  }

  /** How long an answer takes. Owned by the server's one thread. */
  static final class Latency {
    int millis;
  }
}
