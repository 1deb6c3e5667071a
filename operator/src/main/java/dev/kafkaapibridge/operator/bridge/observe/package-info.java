/** What is seen of a bridge: its Deployment, its pods, and what the pods say of themselves. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.bridge.observe;
