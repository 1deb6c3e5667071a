/**
 * Unary calls over gRPC: HTTP/2 by the same client as {@code target.http}, with gRPC's framing,
 * statuses and details.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.target.grpc;
