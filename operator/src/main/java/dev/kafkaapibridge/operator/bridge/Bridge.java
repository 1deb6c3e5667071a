package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A KafkaApiBridge as the informer holds it: spec and status are opaque trees. Whatever somebody
 * writes into one bridge, it can be listed and watched with the others; {@link Acceptance} reads
 * the spec, one bridge at a time.
 */
@Group(BridgeSchema.GROUP)
@Version(BridgeSchema.VERSION)
@Kind(BridgeSchema.KIND)
@Plural("kafkaapibridges")
@JsonDeserialize(using = BridgeReader.class)
public final class Bridge extends CustomResource<JsonNode, JsonNode> implements Namespaced {

  /** The object without what the operator wrote itself: what a file of a bridge holds. */
  ObjectNode asFile() {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("apiVersion", BridgeSchema.API_VERSION).put("kind", BridgeSchema.KIND);
    file.putObject("metadata")
        .put("name", getMetadata().getName())
        .put("namespace", getMetadata().getNamespace());
    if (getSpec() != null) {
      file.set("spec", getSpec());
    }
    return file;
  }
}
