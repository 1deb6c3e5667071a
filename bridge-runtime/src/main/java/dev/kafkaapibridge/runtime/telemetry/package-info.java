/** What is seen from outside: meters, health, the status report. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.telemetry;
