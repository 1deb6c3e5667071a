package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a spec may hold of that for which the CRD has no bound. */
class OpenFieldsTest {

  private static final JsonMapper JSON = new JsonMapper();

  /** A list of one label's values, inside five other values. */
  private static String affinity(int values, String each) {
    return "{\"a\": {\"b\": [{\"c\": [%s]}]}}"
        .formatted(String.join(",", Collections.nCopies(values, each)));
  }

  @ParameterizedTest
  @CsvSource({
    "3995, 1, true",
    "3996, 1, false",
    "3995, {}, true",
    "3996, {}, false",
    "1023, 64, true",
    "1024, 64, false",
  })
  void anAffinityIsHeldAsFarAsItMakesSense(int values, String each, boolean held) throws Exception {
    String value = each.equals("64") ? '"' + "v".repeat(64) + '"' : each;
    Bridge bridge = bridge("affinity", affinity(values, value));

    assertThat(bridge.getSpec().at("/workload/affinity").isObject()).isEqualTo(held);
  }

  @ParameterizedTest
  @CsvSource({"affinity, {%s}", "tolerations, [{%s}]", "topologySpreadConstraints, [{%s}]"})
  void whatIsTooLargeIsRefusedByItsField(String field, String around) throws Exception {
    String many = "\"a\": [%s]".formatted(String.join(",", Collections.nCopies(100_000, "{}")));

    Bridge bridge = bridge(field, around.formatted(many));

    assertThat(Bridges.accept(bridge))
        .isEqualTo(
            new Acceptance.Refused(
                "InvalidSpec",
                "spec.workload.%s: holds more than 4000 values, or more than 65536 characters (shorten it). What runs already keeps running"
                    .formatted(field)));
  }

  @Test
  void ofARefusedSpecTheRestIsHeldSoThatItsGroupIsItsOwn() throws Exception {
    Bridge bridge = bridge("affinity", affinity(100_000, "1"));

    assertThat(GroupClaim.of(bridge)).contains(new GroupClaim("kafka:9092", "shop.orders"));
  }

  /** As the informer reads it. */
  private static Bridge bridge(String field, String value) throws Exception {
    var tree = (ObjectNode) JSON.readTree(Serialization.asJson(Bridges.read(Bridges.MINIMAL)));
    ((ObjectNode) tree.get("spec")).putObject("workload").set(field, JSON.readTree(value));
    return Serialization.unmarshal(tree.toString(), Bridge.class);
  }
}
