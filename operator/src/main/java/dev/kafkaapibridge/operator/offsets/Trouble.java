package dev.kafkaapibridge.operator.offsets;

/**
 * Why something could not be seen.
 *
 * @param reason one word, as conditions have it
 * @param message half a sentence without a full stop
 */
public record Trouble(String reason, String message) {}
