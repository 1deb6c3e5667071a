package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import okhttp3.Connection;
import okhttp3.Handshake;
import okhttp3.Protocol;
import okhttp3.Route;
import org.junit.jupiter.api.Test;

class LastHeardTest {

  private final LastHeard heard = new LastHeard();

  @Test
  void whatWasHeardOfSinceTheCallBeganStaysOpen() {
    var connection = new Heard();
    heard.on(connection);
    long began = System.nanoTime();
    heard.on(connection);
    heard.closeIfSilentSince(began, connection);
    assertThat(connection.socket.isClosed()).isFalse();
  }

  @Test
  void whatWasSilentSinceIsClosedAndNoOther() {
    var silent = new Heard();
    var never = new Heard();
    var other = new Heard();
    heard.on(silent);
    long began = System.nanoTime();
    heard.on(other);
    heard.closeIfSilentSince(began, silent);
    heard.closeIfSilentSince(began, never);
    heard.closeIfSilentSince(began, other);
    heard.closeIfSilentSince(began, null);
    assertThat(silent.socket.isClosed()).isTrue();
    assertThat(never.socket.isClosed()).isTrue();
    assertThat(other.socket.isClosed()).isFalse();
  }

  private static final class Heard implements Connection {
    private final Socket socket = new Socket();

    @Override
    public Socket socket() {
      return socket;
    }

    @Override
    public Protocol protocol() {
      return Protocol.HTTP_2;
    }

    @Override
    public Handshake handshake() {
      return null;
    }

    @Override
    public Route route() {
      throw new UnsupportedOperationException();
    }
  }
}
