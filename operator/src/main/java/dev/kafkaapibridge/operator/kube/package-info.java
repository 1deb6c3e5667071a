/** What any operator needs of Kubernetes: events, probes, conditions' merge rule. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.kube;
