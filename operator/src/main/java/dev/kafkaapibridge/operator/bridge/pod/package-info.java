/** The pod of a bridge: one file per feature, in the order that {@code PodTemplate} lists them. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.bridge.pod;
