/**
 * The operator's own look at the offsets of a bridge that has no pods: what was committed, where
 * partitions end. {@link dev.kafkaapibridge.operator.offsets.KafkaAccess} says whether it may look,
 * {@link dev.kafkaapibridge.operator.offsets.Lookout} looks, {@link
 * dev.kafkaapibridge.operator.offsets.Look} is what was seen, and {@link
 * dev.kafkaapibridge.operator.offsets.Vigil} what is known after several looks. It knows nothing of
 * Kubernetes, and decides nothing about pods.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.offsets;
