package dev.kafkaapibridge.runtime.refs;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the files hold that show others who the bridge is, and whom it trusts with that. */
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

  /** The certificates of a PEM file, or null while there were none yet. */
  default @Nullable List<X509Certificate> authorities(CaRef ref) {
    return null;
  }
}
