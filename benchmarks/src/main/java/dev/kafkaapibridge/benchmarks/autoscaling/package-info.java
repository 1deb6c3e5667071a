/**
 * Controllers of replicas compared in virtual time: the product's own classes and the baselines, on
 * the same simulated API, consumer group and arrivals.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks.autoscaling;
