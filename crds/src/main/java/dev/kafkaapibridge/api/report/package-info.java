/**
 * What a pod says of itself on {@code /status}; docs/contracts/status-report.md describes it for
 * readers in any language.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.api.report;
