/**
 * Applies the CRD's own schema, defaults and CEL rules to a file, so that the runtime refuses what
 * kubectl refuses, in the same words.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.api.validation;
