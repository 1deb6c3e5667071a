/** What the terminal shows while the sandbox runs. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.sandbox.view;
