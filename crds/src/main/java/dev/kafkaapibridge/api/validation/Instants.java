package dev.kafkaapibridge.api.validation;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** RFC 3339 points in time, the {@code date-time} format of OpenAPI. */
final class Instants {

  private Instants() {}

  static boolean isDateTime(String text) {
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
