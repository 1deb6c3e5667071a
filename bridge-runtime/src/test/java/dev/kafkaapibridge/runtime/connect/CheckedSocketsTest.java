package dev.kafkaapibridge.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class CheckedSocketsTest {

  private final CheckedSockets sockets = new CheckedSockets();

  @Test
  void whatIsWrittenIsSentAtOnce() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = sockets.createSocket()) {
      socket.connect(server.getLocalSocketAddress(), 1_000);
      assertThat(socket.getTcpNoDelay()).isTrue();
    }
  }

  @Test
  void ofLargeBodiesWhatIsWrittenIsSentWhenItIsFlushed() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = CheckedSockets.forLargeBodies().createSocket()) {
      socket.connect(server.getLocalSocketAddress(), 1_000);
      var peer = server.accept().getInputStream();

      socket.getOutputStream().write(new byte[8_192]);
      assertThat(peer.available()).isZero();
      socket.getOutputStream().write(new byte[8_192]);
      socket.getOutputStream().flush();

      assertThat(peer.readNBytes(16_384)).hasSize(16_384);
    }
  }

  @Test
  void anAddressThatIsNeverCalledIsNotConnectedTo() throws Exception {
    try (var socket = sockets.createSocket()) {
      assertThatThrownBy(() -> socket.connect(new InetSocketAddress("169.254.169.254", 80), 1_000))
          .isInstanceOf(AddressDenied.class);
    }
  }
}
