/**
 * What travels through the stages: a record, its name to the API, and the assignment under which it
 * may be sent.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.record;
