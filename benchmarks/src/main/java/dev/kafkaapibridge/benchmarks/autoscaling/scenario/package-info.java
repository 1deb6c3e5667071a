/** What is simulated: scenarios, read from JSON or made at random. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks.autoscaling.scenario;
