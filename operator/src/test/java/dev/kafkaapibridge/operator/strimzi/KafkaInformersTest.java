package dev.kafkaapibridge.operator.strimzi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.strimzi.KafkaWatch.Begun;
import io.fabric8.kubernetes.api.model.APIGroupBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnableKubernetesMockClient
@Timeout(60)
class KafkaInformersTest {

  static {
    java.util.logging.Logger.getLogger("io.fabric8.mockwebserver").setLevel(Level.WARNING);
  }

  private static final String KAFKAS =
      "/apis/kafka.strimzi.io/v1beta2/namespaces/kafka/kafkas?resourceVersion=0";

  KubernetesMockServer server;
  KubernetesClient client;

  @BeforeEach
  void anOldStrimzi() {
    server
        .expect()
        .get()
        .withPath("/apis/kafka.strimzi.io")
        .andReturn(
            200,
            new APIGroupBuilder()
                .withName("kafka.strimzi.io")
                .addNewVersion("kafka.strimzi.io/v1beta2", "v1beta2")
                .build())
        .always();
  }

  /** As when the kind or the right is taken away between the question and the list, or later. */
  @ParameterizedTest
  @ValueSource(ints = {403, 404})
  void whatTheServerDoesNotAllowOrKnowIsLost(int code) {
    rights(true);
    server
        .expect()
        .get()
        .withPath(KAFKAS)
        .andReturn(code, new StatusBuilder().withCode(code).withMessage("no kafkas").build())
        .always();
    Begun begun = new KafkaInformers(client).in("kafka", changed -> {});
    assertThat(begun)
        .isInstanceOfSatisfying(
            Begun.Watching.class,
            watching -> {
              assertThat(watching.watch().lost()).contains("no kafkas");
              assertThat(watching.watch().isFilled()).isFalse();
              watching.watch().close();
            });
  }

  @Test
  void withoutTheRightNothingIsListed() {
    rights(false);
    assertThat(new KafkaInformers(client).in("kafka", changed -> {}))
        .isInstanceOfSatisfying(
            Begun.Unreadable.class,
            no -> assertThat(no.why()).startsWith("can't be read: the operator has no right"));
  }

  private void rights(boolean allowed) {
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
        .always();
  }
}
