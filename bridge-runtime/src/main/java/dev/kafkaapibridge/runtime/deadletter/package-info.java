/** Where a record goes that can't be delivered, with all that explains why. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.deadletter;
