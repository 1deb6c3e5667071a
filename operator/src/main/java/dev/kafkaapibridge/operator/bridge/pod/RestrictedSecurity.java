package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;

/**
 * The restricted pod security profile, and no way to the API server: no token, no addresses of
 * services in the environment. The group owns what is mounted, so that files can be closed to
 * others.
 */
final class RestrictedSecurity implements PodFeature {

  static final long USER = 65532;

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    String own = rendered.bridge().spec().workload().serviceAccountName();
    pod.spec()
        .withServiceAccountName(own == null ? BridgeNames.child(rendered.bridge().identity()) : own)
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext();
    pod.container()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext();
  }
}
