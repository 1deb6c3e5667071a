/**
 * The simulated world: arrivals, the API, the consumer group and its pods, and what is measured.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks.autoscaling.world;
