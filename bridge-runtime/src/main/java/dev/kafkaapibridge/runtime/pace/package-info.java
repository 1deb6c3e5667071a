/**
 * The rate that a target takes, learned from its answers and from what they say of its limits.
 * Knows no transport and no clock.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.pace;
