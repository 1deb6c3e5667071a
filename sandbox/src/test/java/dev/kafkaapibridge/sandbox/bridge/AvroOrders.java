package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kafkaapibridge.sandbox.broker.Broker;
import dev.kafkaapibridge.sandbox.broker.Order;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Numbered orders in Avro, and the registry that knows their schema, unless it is out of order.
 * Some name a schema that it has never heard of.
 */
final class AvroOrders implements AutoCloseable {

  private static final int KNOWN = 1;
  private static final int UNKNOWN = 999;
  private static final String SCHEMA =
      "{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Order\\\",\\\"fields\\\":["
          + "{\\\"name\\\":\\\"order\\\",\\\"type\\\":\\\"string\\\"},"
          + "{\\\"name\\\":\\\"sequence\\\",\\\"type\\\":\\\"long\\\"}]}";

  private final HttpServer registry = LocalHttp.start(this::tell);
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final int keys;
  private final BitSet sent = new BitSet();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean fails;
  private long next;

  AvroOrders(Broker broker, String topic, int keys) {
    this.topic = topic;
    this.keys = keys;
    var serializer = new ByteArraySerializer();
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            serializer,
            serializer);
  }

  String registryUrl() {
    return LocalHttp.url(registry);
  }

  /** From now on it answers 503, or does not any more. */
  void registryFails(boolean fails) {
    this.fails = fails;
  }

  int asked() {
    return asked.get();
  }

  private void tell(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    boolean known = exchange.getRequestURI().getPath().endsWith("/schemas/ids/" + KNOWN);
    String answer =
        known ? "{\"schema\": \"" + SCHEMA + "\"}" : "{\"error_code\": 40403, \"message\": \"no\"}";
    try (exchange) {
      byte[] bytes = answer.getBytes(UTF_8);
      exchange.sendResponseHeaders(fails ? 503 : known ? 200 : 404, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Writes the next ones; each fiftieth has a schema that isn't there. */
  void produce(int count) {
    for (int i = 0; i < count; i++) {
      Order order = Order.numbered(next++, keys);
      int schema = order.sequence() % 50 == 49 ? UNKNOWN : KNOWN;
      producer.send(new ProducerRecord<>(topic, order.key(), value(order, schema)));
      sent.set((int) order.sequence());
    }
    producer.flush();
  }

  BitSet sent() {
    return (BitSet) sent.clone();
  }

  private static byte[] value(Order order, int schema) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(schema).array());
    number(out, order.id().length());
    out.writeBytes(order.key());
    number(out, order.sequence());
    return out.toByteArray();
  }

  /** Zigzag, in groups of seven bits. */
  private static void number(ByteArrayOutputStream out, long number) {
    long zigzag = number << 1;
    while (zigzag > 0x7f) {
      out.write((int) (zigzag & 0x7f | 0x80));
      zigzag >>>= 7;
    }
    out.write((int) zigzag);
  }

  /** The number in a value, for those who read a topic. */
  static long sequence(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value).position(5);
    int length = in.get() >> 1;
    in.position(in.position() + length);
    long zigzag = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = in.get();
      zigzag |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return zigzag >> 1;
      }
    }
  }

  @Override
  public void close() {
    producer.close();
    registry.stop(0);
  }
}
