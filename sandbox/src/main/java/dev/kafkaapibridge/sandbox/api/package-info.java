/** The API that a bridge calls: a real HTTP server whose weather is thrown by switches. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.sandbox.api;
