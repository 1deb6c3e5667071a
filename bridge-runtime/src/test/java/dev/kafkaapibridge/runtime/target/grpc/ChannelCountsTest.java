package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.ChannelCounts;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.net.ServerSocket;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is told of connections and streams. */
class ChannelCountsTest {

  private final GrpcUnderTest under = new GrpcUnderTest();

  @Test
  void connectionsThatComeAndThoseThatDoNot() throws Exception {
    try (var server = OrdersServer.start();
        var target = under.at(server.address(), "transport: Plaintext")) {
      ChannelCounts counts = target.channel();
      assertThat(counts.open()).isZero();
      GrpcUnderTest.call(target).send();
      GrpcUnderTest.call(target).send();
      assertThat(counts.open()).isEqualTo(1);
      assertThat(counts.opened()).isEqualTo(1);
      assertThat(counts.failed()).isZero();
    }
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (var target = under.at("127.0.0.1:" + port, "transport: Plaintext")) {
      GrpcUnderTest.call(target).send();
      assertThat(target.channel().failed()).isEqualTo(1);
      assertThat(target.channel().open()).isZero();
    }
  }

  @Test
  void streamsAndTheMessagesOnThem() throws Exception {
    under.delivery = "{maxInFlight: 3}";
    String fields =
        "transport: Plaintext, mode: ClientStreaming, stream: {maxRecords: 3}, deadline: 20s";
    try (var server = StreamsServer.start();
        var target = under.at(server.address(), fields);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      ChannelCounts counts = target.channel();
      var ended = new LinkedBlockingQueue<Integer>();
      counts.onStreamEnd(ended::add);
      Future<Verdict> one = lanes.submit(() -> GrpcUnderTest.call(target).send());
      assertThat(one.get()).isInstanceOf(Verdict.Accepted.class);
      assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(counts.streams()).isZero();
    }
  }
}
