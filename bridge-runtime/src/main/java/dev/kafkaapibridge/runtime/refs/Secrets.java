package dev.kafkaapibridge.runtime.refs;

import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import org.jspecify.annotations.Nullable;

/** What the files hold that show others who the bridge is. */
@FunctionalInterface
public interface Secrets {

  /** The text of a Secret's key, or null while it is missing. */
  @Nullable String secret(KeyRef ref);

  /**
   * The token of the pod's service account for the spec's audience, which the kubelet renews; null
   * while there is none.
   */
  default @Nullable String serviceAccountToken() {
    return null;
  }
}
