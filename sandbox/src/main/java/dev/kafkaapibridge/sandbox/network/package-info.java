/** What lies between the parts: ports, and wires that break. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.sandbox.network;
