/**
 * One limit for several bridges that call the same API: who gets which part of it, and when. Values
 * in, values out; it knows nothing of Kubernetes.
 */
@NullMarked
package dev.kafkaapibridge.operator.quota;

import org.jspecify.annotations.NullMarked;
