/** Fourth stage: the API being called, and its answers as verdicts. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.target;
