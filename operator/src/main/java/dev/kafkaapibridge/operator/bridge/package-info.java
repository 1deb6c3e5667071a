/** One KafkaApiBridge: the reconcile, and its pure decisions before anything is written. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.bridge;
