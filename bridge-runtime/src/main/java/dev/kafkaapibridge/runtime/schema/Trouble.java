package dev.kafkaapibridge.runtime.schema;

import java.time.Instant;

/**
 * Why the registry could not tell a schema.
 *
 * @param reason one word: {@code Unreachable}, {@code AuthenticationFailed}, {@code TLSFailed},
 *     {@code AddressDenied}, {@code Failing}, {@code InvalidAnswer}, {@code InvalidSchema}, {@code
 *     CredentialsMissing}
 * @param detail one clause, with nothing of the answer in it
 * @param schema which one
 */
public record Trouble(String reason, String detail, String schema, Instant at) {}
