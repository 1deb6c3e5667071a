/** The objects of a bridge: one pure rendering each. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.bridge.resources;
