/**
 * Scaling in real time: a real broker, a real control plane, KEDA as it is, and pods as processes,
 * under an API that answers 429 above its limit.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks.autoscaling.real;
