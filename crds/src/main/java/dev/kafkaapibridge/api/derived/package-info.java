/**
 * What follows from a spec: what it means where no schema can have a default, and what it names.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.api.derived;
