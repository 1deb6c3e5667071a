/** From what was seen to the status and the events. Pure; the only place that makes conditions. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.bridge.report;
