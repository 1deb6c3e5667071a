/**
 * What users write in CEL: compiled once, checked as far as types are known, bounded. Validation
 * and the runtime use the same code, so that what is accepted also runs.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.api.expression;
