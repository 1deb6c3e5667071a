package dev.kafkaapibridge.operator.offsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.re2j.Pattern;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a tenant names as brokers, a look has a named end and costs little. */
@Timeout(60)
class LookoutTest {

  /** More than usual, so that a busy machine fails no test. */
  private final Lookout lookout = new Lookout(false, Duration.ofSeconds(30));

  @AfterEach
  void close() {
    lookout.close();
  }

  /** What the server does with a connection, after the question has begun to come. */
  private interface Manner {
    void meet(Socket socket, OutputStream out) throws IOException, InterruptedException;
  }

  @Test
  void aWebServerIsNoBroker() throws IOException {
    // Its first four bytes, taken for a length, are more than a gigabyte.
    assertThat(
            asked((socket, out) ->
                out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo(
            blind(
                "no broker answers there: it does not speak as a broker does, or tells more than 2 MiB"));
  }

  /** Topics are named by whoever runs the brokers, patterns by whoever writes the bridge. */
  @Test
  @Timeout(20)
  void noPatternTakesLongerThanTheNamesOfTopicsAreWorth() {
    var question =
        new Question(
            List.of("kafka:9092"),
            "shop.orders",
            List.of(),
            Pattern.compile("orders(\\.(a|a)*)*x"),
            "dlt",
            false);
    assertThat(question.among(List.of("orders." + "a".repeat(200), "orders.ax")))
        .containsExactly("orders.ax");
  }

  /** Whoever doesn't come to an end keeps the turn, or there would be more at once than said. */
  @Test
  void aLookThatGoesOnBeyondThePatienceKeepsItsTurn() throws InterruptedException {
    var over = new CountDownLatch(1);
    try (var impatient = new Lookout(false, Duration.ofMillis(50))) {
      Supplier<KafkaAccess> hangs =
          () -> {
            awaitUninterruptibly(over);
            return new KafkaAccess.Barred(new Trouble("NotReadable", "late"));
          };
      for (int i = 0; i < 2; i++) {
        assertThat(((Look.Blind) impatient.look("shop", hangs)).why().message())
            .contains("don't answer");
      }
      assertThat(((Look.Blind) impatient.look("shop", hangs)).why().message())
          .contains("there was no turn");
      over.countDown();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(((Look.Blind) impatient.look("shop", hangs)).why().message())
                  .isEqualTo("late"));
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // As what can't be interrupted.
      }
    }
  }

  @Test
  void whatHangsUpIsNoBroker() throws IOException {
    assertThat(asked((socket, out) -> socket.close()))
        .isEqualTo(blind("no broker answers there: it hangs up"));
  }

  @Test
  void garbageOfTheRightLengthIsNoBroker() throws IOException {
    assertThat(
            asked((socket, out) -> {
              out.write(new byte[] {0, 0, 0, 8, 0, 0, 0, 1, 127, -1, -1, -1});
              out.flush();
            }))
        .isEqualTo(blind("no broker answers there: its answer cannot be read"));
  }

  @Test
  void whoTricklesIsNotWaitedFor() throws IOException {
    Look look =
        asked(
            new Lookout(false, Duration.ofSeconds(1)),
            (socket, out) -> {
              out.write(new byte[] {0, 16, 0, 0});
              for (int i = 0; i < 100; i++) {
                out.write(0);
                out.flush();
                TimeUnit.MILLISECONDS.sleep(200);
              }
            });
    assertThat(look).isEqualTo(blind("the brokers don't answer within 1 s"));
  }

  /** Told to, Kafka's own client would hash for an hour. */
  @Test
  @Timeout(20)
  void aBrokerThatAsksForMoreHashingThanBrokersDoIsLeft() throws IOException {
    var login = new Entrance.Login("SCRAM-SHA-512", "orders", "canary-password");
    Look look =
        asked(
            lookout,
            new Entrance(null, login),
            (socket, out) -> {
              DataInputStream in = new DataInputStream(socket.getInputStream());
              in.skipNBytes(in.readInt());
              out.write(frame(1, new byte[] {0, 0, 0, 0, 0, 0}));
              byte[] first = in.readNBytes(in.readInt());
              String words = new String(first, StandardCharsets.UTF_8);
              String nonce = words.substring(words.indexOf("r=") + 2);
              byte[] asks =
                  "r=%sx,s=c2FsdA==,i=2000000000".formatted(nonce).getBytes(StandardCharsets.UTF_8);
              var body = ByteBuffer.allocate(2 + 2 + 4 + asks.length + 8);
              body.putShort((short) 0).putShort((short) -1).putInt(asks.length).put(asks);
              out.write(frame(2, body.array()));
            });
    assertThat(look)
        .isEqualTo(
            new Look.Blind(
                new Trouble(
                    "AuthenticationFailed", "it asks for more hashing than a broker does")));
  }

  private static byte[] frame(int correlation, byte[] body) {
    return ByteBuffer.allocate(8 + body.length)
        .putInt(4 + body.length)
        .putInt(correlation)
        .put(body)
        .array();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254:80",
        "[fe80::1]:9092",
        "[::ffff:169.254.169.254]:9092",
        "100.100.100.200:80",
        "0.0.0.0:9092",
        "127.0.0.1:8080",
        "localhost:8080",
        "[::1]:8080"
      })
  void aPodOfTheOperatorConnectsNeitherToMetadataNorToItself(String broker) {
    try (var inPod = new Lookout(true)) {
      assertThat(inPod.look("shop", () -> open(broker, Entrance.OPEN)))
          .isInstanceOfSatisfying(
              Look.Blind.class,
              blind -> assertThat(blind.why().reason()).isEqualTo("AddressDenied"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "kafka", "kafka:port", ":9092", "127.0.0.1:99999", "no.such.invalid:1"})
  void aBrokerThatIsNoneIsNamed(String broker) {
    assertThat(lookout.look("shop", () -> open(broker, Entrance.OPEN)))
        .isInstanceOf(Look.Blind.class);
  }

  private Look asked(Manner manner) throws IOException {
    return asked(lookout, manner);
  }

  private static Look asked(Lookout lookout, Manner manner) throws IOException {
    return asked(
        lookout,
        Entrance.OPEN,
        (socket, out) -> {
          socket.getInputStream().readNBytes(8);
          manner.meet(socket, out);
        });
  }

  private static Look asked(Lookout lookout, Entrance entrance, Manner manner) throws IOException {
    try (var server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = server.accept()) {
              manner.meet(socket, socket.getOutputStream());
              socket.getOutputStream().flush();
              TimeUnit.SECONDS.sleep(1);
            } catch (IOException | InterruptedException e) {
              // the look is over
            }
          });
      return lookout.look("shop", () -> open("127.0.0.1:" + server.getLocalPort(), entrance));
    }
  }

  private static Look.Blind blind(String message) {
    return new Look.Blind(new Trouble("BootstrapUnreachable", message));
  }

  private static KafkaAccess open(String broker, Entrance entrance) {
    return new KafkaAccess.Open(question(broker), entrance);
  }

  private static Question question(String broker) {
    return new Question(List.of(broker), "shop.orders", List.of("orders"), null, "dlt", false);
  }
}
