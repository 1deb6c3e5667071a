/** Programs that the sandbox starts, and that end with it. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.sandbox.process;
