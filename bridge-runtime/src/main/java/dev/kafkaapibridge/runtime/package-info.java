/**
 * Runs one KafkaApiBridge: from a file to a stream of API calls. {@code Bridge} wires the stages
 * that a record passes, package by package.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime;
