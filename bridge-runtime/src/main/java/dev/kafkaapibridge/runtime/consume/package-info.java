/**
 * First stage: records come from Kafka and their ends go back as commits. One thread owns the
 * consumer.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.consume;
