/** A real Kafka broker in this process, and what one asks of it. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.sandbox.broker;
