package dev.kafkaapibridge.benchmarks.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.net.InetSocketAddress;

/**
 * The API as a program: one thread, no answer longer than it must be. {@code POST /records} is the
 * API; {@code /begin} and {@code /tally} are for who measures.
 */
public final class ApiServer {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private ApiServer() {}

  public static void main(String[] arguments) throws InterruptedException {
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
    System.out.println("listening on " + ((InetSocketAddress) server.localAddress()).getPort());
    server.closeFuture().sync();
  }

  /** How long an answer takes. Owned by the server's one thread. */
  static final class Latency {
    int millis;
  }
}
