/** An embedded everything: the demo runs it, the end-to-end tests drive it. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.sandbox;
