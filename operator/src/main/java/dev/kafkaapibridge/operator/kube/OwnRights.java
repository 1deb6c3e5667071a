package dev.kafkaapibridge.operator.kube;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** What the operator itself may do, by the API server's word. */
public final class OwnRights {

  private OwnRights() {}

  /**
   * @param group of the API; empty: the core's
   * @param namespace empty: in all
   */
  public static boolean allow(
      KubernetesClient client, String verb, String group, String resource, String namespace) {
    var question =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withGroup(group)
            .withResource(resource)
            .withVerb(verb)
            .withNamespace(namespace)
            .endResourceAttributes()
            .endSpec()
            .build();
    return client
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(question)
        .getStatus()
        .getAllowed();
  }
}
