package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.kube.BoundedTree;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;

/**
 * A bridge from whatever the API server has stored as one; see {@link BoundedTree} and {@link
 * OpenFields}.
 */
final class BridgeReader extends StdDeserializer<Bridge> {

  BridgeReader() {
    super(Bridge.class);
  }

  @Override
  public Bridge deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    JsonNode tree = BoundedTree.read(parser);
    var bridge = new Bridge();
    if (tree.get("metadata") instanceof ObjectNode metadata) {
      // As deep as the spec, and nobody here reads them.
      metadata.remove("managedFields");
      bridge.setMetadata(context.readTreeAsValue(metadata, ObjectMeta.class));
    }
    OpenFields.bound(tree.path("spec"));
    bridge.setSpec(tree.get("spec"));
    bridge.setStatus(tree.get("status"));
    return bridge;
  }
}
