package dev.kafkaapibridge.operator.kube;

/**
 * One event to be told of an object.
 *
 * @param reason one word in CamelCase
 * @param action what was done or tried, one word
 * @param note a sentence
 */
public record Notice(Type type, String reason, String action, String note) {

  public enum Type {
    Normal,
    Warning
  }
}
