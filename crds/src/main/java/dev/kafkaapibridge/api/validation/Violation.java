package dev.kafkaapibridge.api.validation;

/**
 * One thing that is wrong with a KafkaApiBridge.
 *
 * @param field path as kubectl prints it, for example {@code spec.target.http.headers[1].name}
 * @param message what must hold, in the API server's words where it has some
 * @param fix what to write instead; empty where the message says it already
 */
public record Violation(String field, String message, String fix) {

  public Violation(String field, String message) {
    this(field, message, "");
  }

  @Override
  public String toString() {
    return field + ": " + message + (fix.isEmpty() ? "" : " (" + fix + ")");
  }
}
