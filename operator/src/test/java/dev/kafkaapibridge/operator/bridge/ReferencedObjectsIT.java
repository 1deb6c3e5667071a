package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.offsets.Referenced.Content;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a real API server lets the operator read, with the rights of its chart. */
@Timeout(180)
class ReferencedObjectsIT {

  private static final String SPACE = "referenced";
  private static final String OTHER = "referenced-other";
  private static final Reference PASSWORD =
      new Reference("Secret", "user", "password", "field", Reference.Holds.Text);

  private static ControlPlane cluster;

  @BeforeAll
  static void start() {
    cluster = ControlPlane.get();
    cluster.kubectl("create", "namespace", SPACE);
    cluster.kubectl("create", "namespace", OTHER);
    cluster.kubectl(
        "-n", OTHER, "create", "secret", "generic", "theirs", "--from-literal=password=canary-3");
    cluster.kubectl(
        "-n", SPACE, "create", "secret", "generic", "user", "--from-literal=password=canary-1");
    cluster.kubectl(
        "-n", SPACE, "create", "configmap", "authority", "--from-literal=ca.crt=certificates");
  }

  @AfterEach
  void takeTheRight() {
    cluster.tryKubectl("delete", "clusterrolebinding", "secrets-by-name", "--ignore-not-found");
    cluster.tryKubectl("delete", "clusterrole", "secrets-by-name", "--ignore-not-found");
  }

  @Test
  void withoutScaleToZeroNoSecretIsReadAndTheSwitchIsNamed() throws Exception {
    try (KubernetesClient operator = cluster.operator()) {
      // The right that another test took may be known for a moment still.
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(content(operator, PASSWORD))
                  .isEqualTo(
                      new Content.Closed(
                          "the operator has no right to read Secret 'user': rbac.scaleToZero of its chart gives it")));
      assertThat(
              content(
                  operator,
                  new Reference(
                      "ConfigMap", "authority", "ca.crt", "field", Reference.Holds.Certificates)))
          .isEqualTo(new Content.Text("certificates"));
    }
  }

  @Test
  void withItTheNamedSecretIsReadAsItIsThen() throws Exception {
    cluster.kubectl("create", "clusterrole", "secrets-by-name", "--verb=get", "--resource=secrets");
    cluster.kubectl(
        "create",
        "clusterrolebinding",
        "secrets-by-name",
        "--clusterrole=secrets-by-name",
        "--serviceaccount=operator:kafka-api-bridge-operator");
    try (KubernetesClient operator = cluster.operator()) {
      // The API server goes by what it has heard of roles, a moment after they were written.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> content(operator, PASSWORD).equals(new Content.Text("canary-1")));
      assertThat(content(operator, PASSWORD).toString()).doesNotContain("canary");
      assertThat(
              content(
                  operator,
                  new Reference("Secret", "nobody", "password", "field", Reference.Holds.Text)))
          .isEqualTo(new Content.Missing());
      assertThat(
              content(
                  operator,
                  new Reference("Secret", "theirs", "password", "field", Reference.Holds.Text)))
          .as("there is one of that name, in another namespace")
          .isEqualTo(new Content.Missing());
      cluster.kubectl(
          "-n",
          SPACE,
          "patch",
          "secret",
          "user",
          "--patch={\"stringData\": {\"password\": \"canary-2\"}}");
      assertThat(content(operator, PASSWORD)).isEqualTo(new Content.Text("canary-2"));
    }
  }

  private static Content content(KubernetesClient client, Reference reference) {
    return new ReferencedObjects(client, SPACE).content(reference);
  }
}
