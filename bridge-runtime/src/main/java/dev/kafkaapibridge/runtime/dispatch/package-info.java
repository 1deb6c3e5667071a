/** Second stage: what must stay in order shares a lane; lanes run side by side. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.dispatch;
