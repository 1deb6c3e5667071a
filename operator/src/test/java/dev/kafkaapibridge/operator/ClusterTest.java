package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ClusterTest {

  private int pauses;

  @Test
  void anApiServerThatIsAwayIsWaitedFor() throws Exception {
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      Queue<Cluster.Missing> answers =
          new ArrayDeque<>(List.of(new Cluster.Away("refused"), new Cluster.Away("503")));

      KubernetesClient connected = Cluster.await(() -> connect(answers, client), () -> pauses++);

      assertThat(connected).isSameAs(client);
      assertThat(pauses).isEqualTo(2);
    }
  }

  @Test
  void whatSomebodyMustMendIsNotWaitedFor() {
    var missing = new Cluster.Missing("it doesn't know KafkaApiBridge");

    assertThatThrownBy(() ->
            Cluster.await(
                () -> {
                  throw missing;
                },
                () -> pauses++))
        .isSameAs(missing);
    assertThat(pauses).isZero();
  }

  private static KubernetesClient connect(Queue<Cluster.Missing> answers, KubernetesClient client)
      throws Cluster.Missing {
    Cluster.Missing next = answers.poll();
    if (next != null) {
      throw next;
    }
    return client;
  }
}
