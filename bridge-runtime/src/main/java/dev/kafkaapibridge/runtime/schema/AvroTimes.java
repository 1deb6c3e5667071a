package dev.kafkaapibridge.runtime.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.jspecify.annotations.Nullable;

/** What Avro's logical types of numbers and bytes are as text. Pure. */
final class AvroTimes {

  private AvroTimes() {}

  /** Null where the number stays one: no time, or one beyond all calendars. */
  static @Nullable String text(@Nullable LogicalType type, long number) {
    try {
      return switch (type) {
        case LogicalTypes.Date ignored -> LocalDate.ofEpochDay(number).toString();
        case LogicalTypes.TimeMillis ignored -> time(number, 1_000_000);
        case LogicalTypes.TimeMicros ignored -> time(number, 1_000);
        case LogicalTypes.TimestampMillis ignored -> instant(number, 1_000).toString();
        case LogicalTypes.TimestampMicros ignored -> instant(number, 1_000_000).toString();
        case LogicalTypes.TimestampNanos ignored -> instant(number, 1_000_000_000).toString();
        case LogicalTypes.LocalTimestampMillis ignored -> local(number, 1_000);
        case LogicalTypes.LocalTimestampMicros ignored -> local(number, 1_000_000);
        case LogicalTypes.LocalTimestampNanos ignored -> local(number, 1_000_000_000);
        case null, default -> null;
      };
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private static String time(long units, long nanos) {
    return LocalTime.ofNanoOfDay(Math.multiplyExact(units, nanos)).toString();
  }

  private static Instant instant(long units, long perSecond) {
    long nanos = Math.floorMod(units, perSecond) * (1_000_000_000 / perSecond);
    return Instant.ofEpochSecond(Math.floorDiv(units, perSecond), nanos);
  }

  private static String local(long units, long perSecond) {
    return LocalDateTime.ofInstant(instant(units, perSecond), ZoneOffset.UTC).toString();
  }

  /** Of 16 bytes. */
  static String uuid(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }

  /** Of 12 bytes: three unsigned numbers, which add up to no single span. */
  static void duration(JsonGenerator json, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    json.writeStartObject();
    json.writeNumberField("months", Integer.toUnsignedLong(buffer.getInt()));
    json.writeNumberField("days", Integer.toUnsignedLong(buffer.getInt()));
    json.writeNumberField("millis", Integer.toUnsignedLong(buffer.getInt()));
    json.writeEndObject();
  }
}
