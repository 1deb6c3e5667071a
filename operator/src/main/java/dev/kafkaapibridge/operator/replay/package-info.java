/** Replays as Kubernetes objects: what is said of them, and which one a bridge runs now. */
@NullMarked
package dev.kafkaapibridge.operator.replay;

import org.jspecify.annotations.NullMarked;
