package dev.kafkaapibridge.operator.kube;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a lease back. Without it the successor of an operator that was stopped in good order would
 * wait until the lease has run out.
 */
public final class Leadership {

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private Leadership() {}

  /** Does nothing if somebody else holds it; what goes wrong only costs the successor time. */
  public static void release(
      KubernetesClient client, String namespace, String name, String holder) {
    try {
      Lease lease = client.leases().inNamespace(namespace).withName(name).get();
      if (lease != null && holder.equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity("");
        client.resource(lease).update();
      }
    } catch (KubernetesClientException e) {
      LOG.info("the lease was not given back, it runs out by itself: {}", e.getMessage());
    }
  }
}
