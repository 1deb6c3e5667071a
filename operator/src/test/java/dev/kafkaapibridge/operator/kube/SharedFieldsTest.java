package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A thousand bridges have six thousand objects, whose managed fields are the same six. */
class SharedFieldsTest {

  private final KubernetesSerialization reader = WideJson.serialization(ConfigMap.class);
  private final KubernetesSerialization usual = new KubernetesSerialization(new JsonMapper(), true);

  @Test
  void equalPartsAreHeldOnce() {
    Map<String, Object> first = fields("orders", "6b1f");
    Map<String, Object> second = fields("invoices", "90aa");

    assertThat(second.get("f:data")).isSameAs(first.get("f:data"));
    assertThat(second.get("f:metadata")).isNotEqualTo(first.get("f:metadata"));
    assertThat(fields("orders", "6b1f")).isSameAs(first);
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    String json = json("orders", "6b1f");

    assertThat(usual.asJson(reader.unmarshal(json, ConfigMap.class)))
        .isEqualTo(usual.asJson(usual.unmarshal(json, ConfigMap.class)));
  }

  @Test
  void aShortTextIsHeldOnce() {
    String kind = reader.unmarshal(json("a", "b"), ConfigMap.class).getKind();

    assertThat(reader.unmarshal(json("c", "d"), ConfigMap.class).getKind()).isSameAs(kind);
    assertThat(reader.unmarshal("{\"kind\": null}", ConfigMap.class)).isNotNull();
  }

  @Test
  void whateverIsWrittenThereFailsNoList() {
    String deep = "{\"f:a\":".repeat(5_000) + "{}" + "}".repeat(5_000);

    assertThat(reader.unmarshal(deep, FieldsV1.class).getAdditionalProperties())
        .containsOnlyKeys("f:a");
    for (String odd : new String[] {"{\"f:a\": 5}", "{\"f:a\": [{}]}", "[]"}) {
      assertThat(reader.unmarshal(odd, FieldsV1.class)).as(odd).isNotNull();
    }
  }

  private Map<String, Object> fields(String name, String owner) {
    return reader
        .unmarshal(json(name, owner), ConfigMap.class)
        .getMetadata()
        .getManagedFields()
        .getFirst()
        .getFieldsV1()
        .getAdditionalProperties();
  }

  private static String json(String name, String owner) {
    return """
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s", "managedFields": [
      {"manager": "kafka-api-bridge-operator", "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1":
        {"f:data": {"f:accepted-spec.yaml": {}}, "f:metadata": {"f:ownerReferences": {"k:{\\"uid\\":\\"%s\\"}": {}}}}}]}}
    """
        .formatted(name, owner);
  }
}
