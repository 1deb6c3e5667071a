package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.target.Verdict;
import io.grpc.Grpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls go round among the addresses of a name, and connections have an age. */
class SpreadTest {

  private static final String PLAIN = "transport: Plaintext";

  private final GrpcUnderTest under = new GrpcUnderTest();
  private final Map<String, Integer> calls = new ConcurrentHashMap<>();
  private OrdersServer server;

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void eachAddressHasItsShare() throws Exception {
    listenOn("127.0.0.1", "127.0.0.2", "127.0.0.3");
    name("127.0.0.3", "127.0.0.1", "127.0.0.2");
    try (var target = target()) {
      send(target, 30);
      assertThat(calls).isEqualTo(Map.of("127.0.0.1", 10, "127.0.0.2", 10, "127.0.0.3", 10));
      assertThat(target.channel().open()).isEqualTo(3);
      assertThat(target.channel().opened()).isEqualTo(3);
    }
  }

  @Test
  void anAddressWhereNobodyIsFailsNoCall() throws Exception {
    listenOn("127.0.0.1", "127.0.0.3");
    name("127.0.0.1", "127.0.0.2", "127.0.0.3");
    try (var target = target()) {
      send(target, 30);
      assertThat(calls.keySet()).containsExactlyInAnyOrder("127.0.0.1", "127.0.0.3");
    }
  }

  /** As behind a firewall, or of a node that is gone: nothing comes back, not even a refusal. */
  @Test
  void anAddressThatDropsWhatIsSentToItFailsNoCall() throws Exception {
    listenOn("127.0.0.1");
    name("127.0.0.1", "127.0.0.2");
    try (var silent = new Silent("127.0.0.2", server.port());
        var target = under.at("orders.example.com:" + server.port(), PLAIN + ", deadline: 3s")) {
      assertThat(silent.drops()).as("what this test stands on").isTrue();
      long from = System.nanoTime();
      send(target, 10);
      assertThat(calls).isEqualTo(Map.of("127.0.0.1", 10));
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .as("it is tried once")
          .isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void ofMoreAddressesEachProcessCallsSixteenThatItDraws() throws Exception {
    var all = new ArrayList<String>();
    for (int i = 1; i <= 40; i++) {
      all.add("127.0.0." + i);
    }
    listenOn(all.getFirst(), all.subList(1, 40).toArray(String[]::new));
    name(all.toArray(String[]::new));
    var called = new HashSet<String>();
    for (int process = 0; process < 10; process++) {
      calls.clear();
      try (var target = target()) {
        send(target, 16);
      }
      assertThat(calls).as("process %d", process).hasSize(16);
      called.addAll(calls.keySet());
    }
    assertThat(called).as("of ten processes").hasSizeGreaterThan(30);
  }

  @Test
  void whoseAddressStaysKeepsItsConnections() throws Exception {
    listenOn("127.0.0.1", "127.0.0.2", "127.0.0.3");
    name("127.0.0.1", "127.0.0.2");
    try (var target = target()) {
      send(target, 2);
      name("127.0.0.1", "127.0.0.3");
      under.ahead.addAndGet(Duration.ofSeconds(30).toNanos());
      await()
          .untilAsserted(() -> {
            send(target, 2);
            assertThat(calls).containsKey("127.0.0.3");
          });
      send(target, 2);
      assertThat(target.channel().opened())
          .as("two, the new one, and one to the former if a call was on its way there")
          .isBetween(3L, 4L);
      assertThat(target.channel().open()).isEqualTo(2);
    }
  }

  @Test
  void aNameServerThatTakesItsTimeHoldsUpNoMeter() throws Exception {
    listenOn("127.0.0.1");
    name("127.0.0.1");
    try (var target = target()) {
      send(target, 1);
      var asked = new CountDownLatch(1);
      var answer = new CountDownLatch(1);
      List<InetAddress> known = List.of(InetAddress.ofLiteral("127.0.0.1"));
      under.dns =
          name -> {
            asked.countDown();
            try {
              answer.await();
            } catch (InterruptedException e) {
              throw new UnknownHostException(name);
            }
            return known;
          };
      under.ahead.addAndGet(Duration.ofSeconds(30).toNanos());
      send(target, 1);
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(target.channel().open()).isEqualTo(1);
      answer.countDown();
    }
  }

  @Test
  void anAddressThatIsBackHasItsShareAgain() throws Exception {
    listenOn("127.0.0.1");
    name("127.0.0.1", "127.0.0.2");
    try (var target = target()) {
      send(target, 10);
      assertThat(calls.keySet()).containsExactly("127.0.0.1");
      int port = server.port();
      server.close();
      listenAt(port, "127.0.0.2");
      GrpcUnderTest.call(target).send(); // one may find that its connection is gone
      GrpcUnderTest.call(target).send();
      under.ahead.addAndGet(Duration.ofMinutes(10).toNanos());
      await()
          .untilAsserted(() -> {
            send(target, 2);
            assertThat(calls).containsKey("127.0.0.2");
          });
    }
  }

  @Test
  void otherAddressesAreTakenUpAndTheFormerLeft() throws Exception {
    listenOn("127.0.0.1", "127.0.0.2");
    name("127.0.0.1");
    try (var target = target()) {
      send(target, 3);
      name("127.0.0.2");
      send(target, 3);
      assertThat(calls)
          .as("the name is not looked up for each call")
          .isEqualTo(Map.of("127.0.0.1", 6));
      under.ahead.addAndGet(Duration.ofSeconds(30).toNanos());
      await()
          .untilAsserted(() -> {
            send(target, 1);
            assertThat(calls).containsKey("127.0.0.2");
          });
      calls.clear();
      send(target, 5);
      assertThat(calls).isEqualTo(Map.of("127.0.0.2", 5));
      assertThat(target.channel().open()).isEqualTo(1);
      long opened = target.channel().opened();

      under.dns =
          name -> {
            throw new UnknownHostException(name);
          };
      under.ahead.addAndGet(Duration.ofSeconds(30).toNanos());
      send(target, 5);
      assertThat(target.channel().opened()).as("what is there is kept").isEqualTo(opened);
    }
  }

  @Test
  void oldConnectionsAreLeftWithoutAFailedCall() throws Exception {
    listenOn("127.0.0.1");
    name("127.0.0.1");
    try (var target = target()) {
      send(target, 3);
      assertThat(server.connections).hasSize(1);
      under.ahead.addAndGet(Duration.ofMinutes(8).toNanos());
      send(target, 3);
      assertThat(server.connections).hasSize(1);
      under.ahead.addAndGet(Duration.ofMinutes(2).toNanos());
      await()
          .untilAsserted(() -> {
            send(target, 1);
            assertThat(server.connections).hasSizeGreaterThan(1);
          });
      send(target, 1);
      assertThat(target.channel().open()).as("none of before").isEqualTo(1);
    }
  }

  /** A port where connections are neither taken nor refused: its queue is full. */
  private static final class Silent implements AutoCloseable {
    private final ServerSocket full;
    private final List<SocketChannel> queued = new ArrayList<>();

    Silent(String address, int port) throws Exception {
      full = new ServerSocket(port, 1, InetAddress.getByName(address));
      for (int i = 0; i < 8; i++) {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(full.getLocalSocketAddress());
        queued.add(channel);
      }
    }

    boolean drops() throws Exception {
      try (var one = new Socket()) {
        one.connect(full.getLocalSocketAddress(), 300);
        return false;
      } catch (SocketTimeoutException e) {
        return true;
      }
    }

    @Override
    public void close() throws Exception {
      for (SocketChannel channel : queued) {
        channel.close();
      }
      full.close();
    }
  }

  private void listenOn(String first, String... more) throws Exception {
    listenAt(freeOnAll(Stream.concat(Stream.of(first), Stream.of(more)).toList()), more);
  }

  /** Beside 127.0.0.1. */
  private void listenAt(int port, String... more) {
    UnaryOperator<io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder> settings =
        builder -> {
          Stream.of(more)
              .forEach(one -> builder.addListenAddress(new InetSocketAddress(one, port)));
          return builder;
        };
    server = OrdersServer.start(port, settings);
    server.script =
        (came, call) -> {
          var at = (InetSocketAddress) call.getAttributes().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR);
          calls.merge(at.getAddress().getHostAddress(), 1, Integer::sum);
          OrdersServer.ok(call, new byte[0]);
        };
  }

  private static int freeOnAll(List<String> addresses) throws Exception {
    while (true) {
      var held = new ArrayList<ServerSocket>();
      try {
        int port = 0;
        for (String address : addresses) {
          var socket = new ServerSocket(port, 1, InetAddress.getByName(address));
          held.add(socket);
          port = socket.getLocalPort();
        }
        return port;
      } catch (java.net.BindException e) {
        // Another one has it there.
      } finally {
        for (ServerSocket socket : held) {
          socket.close();
        }
      }
    }
  }

  private void name(String... addresses) {
    List<InetAddress> all = Stream.of(addresses).map(InetAddress::ofLiteral).toList();
    under.dns = name -> all;
  }

  private GrpcTarget target() {
    return under.at("orders.example.com:" + server.port(), PLAIN);
  }

  private static void send(GrpcTarget target, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(GrpcUnderTest.call(target).send()).isEqualTo(new Verdict.Accepted("OK"));
    }
  }
}
