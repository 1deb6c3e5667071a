/** From settings to a running operator. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator;
