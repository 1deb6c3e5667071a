/** A real Kubernetes control plane, and a node for it that runs pods as local processes. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.sandbox.kubernetes;
