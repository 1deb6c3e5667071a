package dev.kafkaapibridge.sandbox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The wire before a server that sends every byte back. */
@Timeout(20)
class WireIT {

  private ServerSocket echo;
  private Wire wire;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    wire = Wire.to(echo.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    wire.close();
    echo.close();
  }

  @Test
  void wholeItPassesBothWays() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');
    }
  }

  @Test
  void cutItResetsConnectionsOldAndNew() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');
      wire.cut();
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> echoed(connect(), 'b')).isInstanceOf(IOException.class);
    }
    wire.mend();
    try (Socket client = connect()) {
      assertThat(echoed(client, 'c')).isEqualTo('c');
    }
  }

  @Test
  void whatWasHeldComesThroughLate() throws IOException {
    try (Socket client = connect()) {
      wire.hold();
      client.setSoTimeout(200);
      assertThatThrownBy(() -> echoed(client, 'a')).isInstanceOf(SocketTimeoutException.class);
      wire.mend();
      client.setSoTimeout(0);
      assertThat(client.getInputStream().read()).isEqualTo('a');
    }
  }

  @Test
  void forgottenConnectionsStayHalfOpenWhileNewOnesAreServed() throws IOException {
    try (Socket old = connect()) {
      assertThat(echoed(old, 'a')).isEqualTo('a');
      wire.forgetAll();
      old.setSoTimeout(200);
      assertThatThrownBy(() -> echoed(old, 'b')).isInstanceOf(SocketTimeoutException.class);
      try (Socket fresh = connect()) {
        assertThat(echoed(fresh, 'c')).isEqualTo('c');
      }
    }
  }

  @Test
  void aDelayCountsEachWay() throws IOException {
    wire.delay(Duration.ofMillis(100));
    try (Socket client = connect()) {
      long from = System.nanoTime();
      assertThat(echoed(client, 'a')).isEqualTo('a');
      assertThat(System.nanoTime() - from).isGreaterThan(Duration.ofMillis(200).toNanos());
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), wire.port());
  }

  private static int echoed(Socket client, char one) throws IOException {
    client.getOutputStream().write(one);
    return client.getInputStream().read();
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket client = echo.accept();
        Thread.ofVirtual()
            .start(() -> {
              try (client) {
                client.getInputStream().transferTo(client.getOutputStream());
              } catch (IOException e) {
                // the client's end of the story is what is tested
              }
            });
      } catch (IOException closed) {
        return;
      }
    }
  }
}
