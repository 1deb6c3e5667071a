/** Who decides how many pods there are, and how a pod paces its calls. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks.autoscaling.control;
