package dev.kafkaapibridge.operator.offsets;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * A connection to one broker: a question, its answer, the next question. Blocking, for one virtual
 * thread. What answers may be anything that a tenant has named, so no more is read than is allowed,
 * whatever length it claims: Kafka's own client believes the first four bytes, and of a web
 * server's "HTTP" they ask for a gigabyte.
 */
final class Conversation implements AutoCloseable {

  /** Of one answer. */
  static final int MOST_BYTES = 2 * 1024 * 1024;

  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 3_000;
  private static final String NAME = "kafka-api-bridge-operator";

  private final Socket socket;
  private int questions;

  private Conversation(Socket socket) {
    this.socket = socket;
  }

  /**
   * With the first of these addresses that lets it in.
   *
   * @param host whose addresses they are
   */
  static Conversation with(List<InetSocketAddress> addresses, String host, Entrance entrance)
      throws IOException {
    IOException last = new IOException("it has no address");
    for (InetSocketAddress address : addresses) {
      var socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_MILLIS);
        socket.connect(address, CONNECT_MILLIS);
        return enter(socket, host, entrance);
      } catch (LoggingIn.Refused e) {
        socket.close();
        throw e;
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    throw last;
  }

  private static Conversation enter(Socket connected, String host, Entrance entrance)
      throws IOException {
    Entrance.Tls tls = entrance.tls();
    Entrance.Login login = entrance.login();
    var begun = new Conversation(tls == null ? connected : tls.over(connected, host));
    if (login != null) {
      new LoggingIn(login).to(begun);
    }
    return begun;
  }

  /** {@code read} makes the answer of bytes; {@code version} is one that brokers since 2.1 know. */
  <T> T ask(ApiKeys api, int version, ApiMessage question, BiFunction<Readable, Short, T> read)
      throws IOException {
    send(new RequestHeader(api, (short) version, NAME, ++questions), question);
    ByteBuffer answer = receive();
    try {
      var readable = new ByteBufferAccessor(answer);
      if (readable.readInt() != questions) {
        throw new NoBroker("it answers what nobody asked");
      }
      return read.apply(readable, (short) version);
    } catch (RuntimeException e) {
      throw new NoBroker("its answer cannot be read");
    }
  }

  private void send(RequestHeader header, ApiMessage question) throws IOException {
    ByteBuffer head =
        MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion()).buffer();
    ByteBuffer body = MessageUtil.toByteBufferAccessor(question, header.apiVersion()).buffer();
    ByteBuffer all = ByteBuffer.allocate(4 + head.remaining() + body.remaining());
    all.putInt(head.remaining() + body.remaining()).put(head).put(body);
    socket.getOutputStream().write(all.array());
  }

  private ByteBuffer receive() throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    try {
      int length = in.readInt();
      if (length < 4 || length > MOST_BYTES) {
        throw new NoBroker("it does not speak as a broker does, or tells more than 2 MiB");
      }
      byte[] answer = new byte[length];
      in.readFully(answer);
      return ByteBuffer.wrap(answer);
    } catch (EOFException e) {
      throw new NoBroker("it hangs up");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Something answers that is no broker, or none that this can talk to. */
  static final class NoBroker extends IOException {
    NoBroker(String message) {
      super(message);
    }
  }
}
