/** What a record says: decoded as the spec asks, and put into the form of a body. Pure. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.transform;
