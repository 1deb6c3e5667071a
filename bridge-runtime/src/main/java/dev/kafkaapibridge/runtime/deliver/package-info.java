/** Third stage: one record's life, from the first call to its one end. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.deliver;
