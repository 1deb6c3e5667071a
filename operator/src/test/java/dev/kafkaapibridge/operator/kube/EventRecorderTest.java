package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.Bridges;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Clock;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class EventRecorderTest {

  static {
    java.util.logging.Logger.getLogger("io.fabric8.mockwebserver").setLevel(Level.WARNING);
  }

  KubernetesClient client;

  @Test
  void writesAnEventThatKubectlShowsUnderTheBridge() {
    recorder().tell(Bridges.read(Bridges.MINIMAL), warning("Pod 'a' is away\n(really)"));

    assertThat(events())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getType()).isEqualTo("Warning");
          assertThat(event.getReason()).isEqualTo("KafkaUnreachable");
          assertThat(event.getNote()).isEqualTo("Pod 'a' is away (really)");
          assertThat(event.getReportingController()).isEqualTo("kafka-api-bridge.dev/operator");
          assertThat(event.getRegarding().getUid()).isEqualTo("6b1f");
          assertThat(event.getRegarding().getKind()).isEqualTo("KafkaApiBridge");
          assertThat(event.getMetadata().getName()).matches("orders\\.[0-9a-f]{16}");
          assertThat(event.getEventTime().getTime())
              .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        });
  }

  @Test
  void countsUpWhatItSaidBefore() {
    EventRecorder recorder = recorder();
    recorder.tell(Bridges.read(Bridges.MINIMAL), warning("away"));
    recorder.tell(Bridges.read(Bridges.MINIMAL), warning("away"));
    recorder.tell(Bridges.read(Bridges.MINIMAL), warning("away"));
    recorder.tell(Bridges.read(Bridges.MINIMAL), warning("elsewhere"));

    assertThat(events()).hasSize(2);
    assertThat(events())
        .filteredOn(event -> event.getNote().equals("away"))
        .singleElement()
        .satisfies(event -> assertThat(event.getSeries().getCount()).isEqualTo(3));
  }

  @Test
  void countsUpWhatAnEarlierOperatorSaid() {
    recorder().tell(Bridges.read(Bridges.MINIMAL), warning("away"));
    recorder().tell(Bridges.read(Bridges.MINIMAL), warning("away"));

    assertThat(events())
        .singleElement()
        .satisfies(event -> assertThat(event.getSeries().getCount()).isEqualTo(2));
  }

  @Test
  void saysAnewWhatWasForgotten() {
    EventRecorder recorder = recorder();
    recorder.tell(Bridges.read(Bridges.MINIMAL), warning("away"));
    client.resources(Event.class).inNamespace("shop").delete();
    recorder.tell(Bridges.read(Bridges.MINIMAL), warning("away"));

    assertThat(events()).hasSize(1);
  }

  private EventRecorder recorder() {
    return new EventRecorder(client, "operator-1", Clock.systemUTC());
  }

  private List<Event> events() {
    return client.resources(Event.class).inNamespace("shop").list().getItems();
  }

  private static Notice warning(String note) {
    return new Notice(Notice.Type.Warning, "KafkaUnreachable", "Consume", note);
  }
}
