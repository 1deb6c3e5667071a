package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code grpc-status-details-bin} says beyond the status: a {@code google.rpc.Status}, of
 * whose details RetryInfo, QuotaFailure, BadRequest and ErrorInfo are read. Their fields are few
 * and frozen, so they are read by number, without generated classes. Anything else is passed over.
 * Pure.
 *
 * @param retryDelay of a RetryInfo; null where there is none
 * @param texts what the others say, one each; bounded in number, not yet clean
 */
record StatusDetails(@Nullable Duration retryDelay, List<String> texts) {

  static final StatusDetails NONE = new StatusDetails(null, List.of());

  private static final int MAX_TEXTS = 16;

  StatusDetails {
    texts = List.copyOf(texts);
  }

  /**
   * @param header in base64, with or without padding; null: there is none
   */
  static StatusDetails read(@Nullable String header) {
    if (header == null) {
      return NONE;
    }
    try {
      return of(UnknownFieldSet.parseFrom(Base64.getDecoder().decode(header.strip())));
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      return NONE; // it says nothing then; the status has said enough
    }
  }

  private static StatusDetails of(UnknownFieldSet status) throws InvalidProtocolBufferException {
    Duration delay = null;
    var texts = new ArrayList<String>();
    for (ByteString detail : status.getField(3).getLengthDelimitedList()) {
      UnknownFieldSet any = UnknownFieldSet.parseFrom(detail);
      String url = text(any, 1);
      switch (url.substring(url.lastIndexOf('/') + 1)) {
        case "google.rpc.RetryInfo" -> delay = duration(message(message(any, 2), 1));
        case "google.rpc.QuotaFailure", "google.rpc.BadRequest" ->
            violations(message(any, 2), texts);
        case "google.rpc.ErrorInfo" -> {
          UnknownFieldSet info = message(any, 2);
          texts.add(joined(" of ", text(info, 1), text(info, 2)));
        }
        default -> {} // nor is it read: it may be anything
      }
    }
    return new StatusDetails(
        delay, texts.stream().filter(t -> !t.isEmpty()).limit(MAX_TEXTS).toList());
  }

  /** Both kinds have what is concerned in field 1 and what is wrong with it in field 2. */
  private static void violations(UnknownFieldSet value, List<String> texts)
      throws InvalidProtocolBufferException {
    for (ByteString one : value.getField(1).getLengthDelimitedList()) {
      UnknownFieldSet violation = UnknownFieldSet.parseFrom(one);
      texts.add(joined(": ", text(violation, 1), text(violation, 2)));
      if (texts.size() > MAX_TEXTS) {
        return;
      }
    }
  }

  private static String joined(String by, String one, String other) {
    return one.isEmpty() || other.isEmpty() ? one + other : one + by + other;
  }

  /** Null for one that is negative. */
  private static @Nullable Duration duration(UnknownFieldSet value) {
    try {
      Duration duration = Duration.ofSeconds(number(value, 1), number(value, 2));
      return duration.isNegative() ? null : duration;
    } catch (ArithmeticException e) {
      return null;
    }
  }

  private static long number(UnknownFieldSet message, int field) {
    return message.getField(field).getVarintList().stream().reduce(0L, (one, last) -> last);
  }

  private static UnknownFieldSet message(UnknownFieldSet message, int field)
      throws InvalidProtocolBufferException {
    List<ByteString> values = message.getField(field).getLengthDelimitedList();
    return values.isEmpty()
        ? UnknownFieldSet.getDefaultInstance()
        : UnknownFieldSet.parseFrom(values.getLast());
  }

  private static String text(UnknownFieldSet message, int field) {
    List<ByteString> values = message.getField(field).getLengthDelimitedList();
    return values.isEmpty() ? "" : values.getLast().toStringUtf8();
  }
}
