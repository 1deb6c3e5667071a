/** What a bridge's spec means where it says nothing and no schema can have a default. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.api.derived;
