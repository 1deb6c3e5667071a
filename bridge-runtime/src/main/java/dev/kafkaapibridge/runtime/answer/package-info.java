/** Where the target's answers go, each named after the record that it belongs to. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.answer;
