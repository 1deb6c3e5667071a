package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.operator.kube.Notice;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient
class FinalizerTest {

  static {
    java.util.logging.Logger.getLogger("io.fabric8.mockwebserver").setLevel(Level.WARNING);
  }

  private static final String BRIDGE =
      "/apis/kafka-api-bridge.dev/v1alpha1/namespaces/shop/kafkaapibridges/orders";

  KubernetesMockServer server;
  KubernetesClient client;

  @Test
  void oneThatIsNotWantedAnyMoreGoes() throws Exception {
    Bridge bridge = bridge("Retain", "other", Finalizer.NAME);
    server.expect().patch().withPath(BRIDGE).andReturn(200, bridge).once();

    assertThat(Finalizer.dropUnwanted(bridge, bridge.getSpec(), client)).isEmpty();
    assertThat(server.getLastRequest().getBody().readUtf8())
        .contains("{\"op\":\"remove\",\"path\":\"/metadata/finalizers/1\"}");
  }

  @Test
  void oneThatMayNotBeTakenAwayStopsNothingAndTheCommandIsSaid() {
    Bridge bridge = bridge("Retain", "other", Finalizer.NAME);
    server.expect().patch().withPath(BRIDGE).andReturn(403, forbidden()).once();

    assertThat(Finalizer.dropUnwanted(bridge, bridge.getSpec(), client))
        .singleElement()
        .satisfies(notice -> {
          assertThat(notice.type()).isEqualTo(Notice.Type.Warning);
          assertThat(notice.note())
              .contains("patching is forbidden")
              .endsWith(
                  "By hand: kubectl -n shop patch kab/orders --type=json -p '[{\"op\":\"test\",\"path\":\"/metadata/finalizers/1\",\"value\":\"kafka-api-bridge.dev/consumer-group\"},{\"op\":\"remove\",\"path\":\"/metadata/finalizers/1\"}]'");
        });
  }

  @Test
  void theGuideSaysTheSameCommand() throws Exception {
    String byHand = Finalizer.byHand(bridge("Delete", Finalizer.NAME));

    assertThat(Files.readString(Path.of("../docs/guide/install.md")))
        .contains(
            byHand
                .replace("By hand: ", "$ ")
                .replace("-n shop", "-n NAMESPACE")
                .replace("kab/orders", "kab/NAME"));
  }

  @Test
  void whereNoJobCouldBeMadeNoneIsAddedAndThePolicyIsRefused() {
    mayMakeJobs(false);

    assertThat(Finalizer.addWanted(bridge("Delete"), spec("Delete"), client))
        .hasValueSatisfying(obstacle ->
            assertThat(((Application.Refused) obstacle).message()).contains("rbac.cleanupJobs"));
    assertThat(server.getRequestCount()).as("it asked, and wrote nothing").isEqualTo(1);
  }

  @Test
  void whereAJobCanBeMadeItIsAdded() throws Exception {
    Bridge bridge = bridge("Delete");
    mayMakeJobs(true);
    server.expect().patch().withPath(BRIDGE).andReturn(200, bridge).once();

    assertThat(Finalizer.addWanted(bridge, bridge.getSpec(), client)).isEmpty();
    assertThat(server.getLastRequest().getBody().readUtf8())
        .contains("\"value\":[\"kafka-api-bridge.dev/consumer-group\"]");
  }

  @Test
  void whatIsAsItShouldBeAsksNothing() {
    Bridge deletes = bridge("Delete", Finalizer.NAME);
    assertThat(Finalizer.addWanted(deletes, spec("Delete"), client)).isEmpty();
    assertThat(Finalizer.dropUnwanted(deletes, spec("Delete"), client)).isEmpty();
    assertThat(Finalizer.addWanted(bridge("Retain"), spec("Retain"), client)).isEmpty();
    assertThat(Finalizer.dropUnwanted(bridge("Retain", "other"), spec("Retain"), client)).isEmpty();
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void whatIsServedDecidesAndNotANewerSpecThatIsRefused() {
    assertThat(Finalizer.addWanted(bridge("Delete"), spec("Retain"), client)).isEmpty();
    assertThat(Finalizer.dropUnwanted(bridge("Retain", Finalizer.NAME), spec("Delete"), client))
        .isEmpty();
    assertThat(server.getRequestCount()).isZero();
  }

  private static JsonNode spec(String policy) {
    return bridge(policy).getSpec();
  }

  private void mayMakeJobs(boolean allowed) {
    server
        .expect()
        .post()
        .withPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        .andReturn(
            201,
            new SelfSubjectAccessReviewBuilder()
                .withNewStatus()
                .withAllowed(allowed)
                .endStatus()
                .build())
        .once();
  }

  private static Object forbidden() {
    return new StatusBuilder().withCode(403).withMessage("patching is forbidden").build();
  }

  private static Bridge bridge(String policy, String... finalizers) {
    Bridge bridge =
        Bridges.read(Bridges.MINIMAL + "  deletionPolicy: {consumerGroup: " + policy + "}\n");
    bridge.getMetadata().setFinalizers(java.util.List.of(finalizers));
    bridge.getMetadata().setResourceVersion("7");
    return bridge;
  }
}
