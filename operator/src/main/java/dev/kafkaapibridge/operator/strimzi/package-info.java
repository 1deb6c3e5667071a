/**
 * Kafka clusters that Strimzi runs, as far as their resources tell how they are reached: {@link
 * dev.kafkaapibridge.operator.strimzi.StrimziClusters} reads them where it may, {@link
 * dev.kafkaapibridge.operator.strimzi.Listener} is what one says of a listener. It knows nothing of
 * bridges.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.strimzi;
