/** What every connection to a server outside goes through: its address, and whom it trusts. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.connect;
