package dev.kafkaapibridge.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Records of an order with three lines and a note, in Avro as Confluent's serializers write it:
 * byte 0, the schema's id, the content. What is between stamp and note differs by record. Pure.
 */
final class AvroOrders {

  /** The schema's id with the registry. */
  static final int ID = 1;

  private static final Schema LINE =
      SchemaBuilder.record("Line")
          .namespace("benchmarks")
          .fields()
          .requiredString("article")
          .requiredInt("pieces")
          .requiredDouble("price")
          .endRecord();

  static final Schema SCHEMA =
      SchemaBuilder.record("Order")
          .namespace("benchmarks")
          .fields()
          .requiredString("stamp")
          .requiredLong("number")
          .requiredString("customer")
          .optionalString("voucher")
          .requiredBoolean("gift")
          .name("lines")
          .type()
          .array()
          .items(LINE)
          .noDefault()
          .requiredString("note")
          .endRecord();

  /** What is sent of one: every field, the list as a whole. */
  static final String TEMPLATE =
      "{\"stamp\": {{record.value.stamp}}, \"number\": {{record.value.number}}, \"customer\": {{record.value.customer}},"
          + " \"voucher\": {{record.value.voucher}}, \"gift\": {{record.value.gift}}, \"lines\": {{record.value.lines}},"
          + " \"note\": {{record.value.note}}}";

  /** Bytes of a value before its stamp's own: those of the framing, and the text's length. */
  static final int BEFORE_THE_STAMP = 6;

  /** The same of what the template makes of it. */
  static final int BEFORE_THE_STAMP_IN_JSON = "{\"stamp\": \"".length();

  private AvroOrders() {}

  /** A value of so many bytes, or a few more or less. */
  static byte[] of(Stamp stamp, int bytes) {
    var order = new GenericData.Record(SCHEMA);
    order.put("stamp", new String(stamp.toValue(Stamp.LENGTH), US_ASCII));
    order.put("number", 4_000_000_000L + stamp.record());
    order.put("customer", "customer-" + stamp.key());
    order.put("voucher", stamp.record() % 2 == 0 ? null : "SPRING");
    order.put("gift", stamp.record() % 3 == 0);
    List<GenericData.Record> lines = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      var line = new GenericData.Record(LINE);
      line.put("article", "article-" + stamp.record() % 997 + "-" + i);
      line.put("pieces", i);
      line.put("price", stamp.record() % 10_000 / 100.0);
      lines.add(line);
    }
    order.put("lines", lines);
    order.put("note", "");
    int others = encoded(order).length;
    order.put("note", "x".repeat(Math.max(0, bytes - others - 1)));
    return encoded(order);
  }

  private static byte[] encoded(GenericData.Record order) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {0, 0, 0, 0, ID});
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericData.Record>(SCHEMA).write(order, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
