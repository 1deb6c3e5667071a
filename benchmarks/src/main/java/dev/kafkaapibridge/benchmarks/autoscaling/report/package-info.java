/** What was measured, for people: ratios, tables and plots. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks.autoscaling.report;
