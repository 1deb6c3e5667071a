package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.operator.bridge.Bridge;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import org.junit.jupiter.api.Test;

/** What an API server stores of a stranger's bridge, in the list in which it is fetched. */
class BoundedTreeTest {

  @Test
  void whatTheApiServerTakesFailsNoList() {
    String deep = "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_000);
    String longName = "{\"" + "k".repeat(60_000) + "\": 1}";

    for (String affinity : new String[] {deep, longName}) {
      BridgeList list =
          WideJson.serialization(Bridge.class).unmarshal(listWith(affinity), BridgeList.class);

      assertThat(list.getItems()).hasSize(2);
      assertThat(list.getItems().getLast().getMetadata().getName()).isEqualTo("good");
      // As the SDK copies and the operator prints it.
      Bridge hostile = list.getItems().getFirst();
      assertThat(WideJson.serialization(Bridge.class).clone(hostile).getSpec())
          .isEqualTo(hostile.getSpec());
      assertThat(hostile.toString().length()).isLessThan(10_000);
      assertThat(hostile.getMetadata().getManagedFields()).isEmpty();
    }
  }

  @Test
  void anythingElseIsReadAsItIs() throws Exception {
    String json =
        "{\"a\":[1,-2,3000000000,99999999999999999999,1.5,1e300,true,false,null,\"x\",{},[]],\"b\":{\"c\":{}}}";
    JsonNode tree = new JsonMapper().readTree(json);
    try (var parser = new JsonMapper().createParser(json)) {
      parser.nextToken();
      assertThat(BoundedTree.read(parser)).isEqualTo(tree);
    }
  }

  private static String listWith(String affinity) {
    return """
    {"apiVersion": "kafka-api-bridge.dev/v1alpha1", "kind": "KafkaApiBridgeList", "metadata": {"resourceVersion": "7"}, "items": [
      {"apiVersion": "kafka-api-bridge.dev/v1alpha1", "kind": "KafkaApiBridge",
       "metadata": {"name": "hostile", "managedFields": [{"manager": "x", "fieldsV1": {"f:spec": %1$s}}]},
       "spec": {"workload": {"affinity": %1$s}}},
      {"apiVersion": "kafka-api-bridge.dev/v1alpha1", "kind": "KafkaApiBridge", "metadata": {"name": "good"}, "spec": {}}]}
    """
        .formatted(affinity);
  }

  static final class BridgeList extends DefaultKubernetesResourceList<Bridge> {}
}
