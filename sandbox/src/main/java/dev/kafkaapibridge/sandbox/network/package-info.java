/** What lies between the parts: wires that break. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.sandbox.network;
