package dev.kafkaapibridge.operator.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import dev.kafkaapibridge.api.validation.ReplayFile;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;

/** A KafkaApiBridgeReplay as the informer holds it: spec and status are opaque trees. */
@Group(BridgeSchema.GROUP)
@Version(BridgeSchema.VERSION)
@Kind(ReplaySchema.KIND)
@Plural(ReplaySchema.PLURAL)
@JsonDeserialize(using = ReplayReader.class)
public final class Replay extends CustomResource<JsonNode, JsonNode> implements Namespaced {

  /** Name of its bridge; empty where it names none. */
  public String bridge() {
    return getSpec() == null ? "" : getSpec().path("bridgeRef").path("name").asText();
  }

  /** Its spec with defaults, or what is wrong with it. */
  ReplayFile.Reading reading() {
    JsonNode spec = getSpec() == null ? JsonNodeFactory.instance.nullNode() : getSpec();
    return ReplayFile.spec(spec);
  }

  /** A holder of nothing but a status, for this very object. */
  Replay holding(ObjectNode status) {
    var holder = new Replay();
    holder.setMetadata(
        new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
            .withName(getMetadata().getName())
            .withNamespace(getMetadata().getNamespace())
            .withUid(getMetadata().getUid())
            .build());
    holder.setStatus(status);
    return holder;
  }

  @Override
  public String toString() {
    return getMetadata().getNamespace() + "/" + getMetadata().getName();
  }
}
