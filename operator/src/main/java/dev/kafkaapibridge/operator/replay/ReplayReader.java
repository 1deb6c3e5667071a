package dev.kafkaapibridge.operator.replay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.kube.BoundedTree;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;

/** A replay from whatever the API server has stored as one; see {@link BoundedTree}. */
final class ReplayReader extends StdDeserializer<Replay> {

  ReplayReader() {
    super(Replay.class);
  }

  @Override
  public Replay deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    JsonNode tree = BoundedTree.read(parser);
    var replay = new Replay();
    if (tree.get("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
      replay.setMetadata(context.readTreeAsValue(metadata, ObjectMeta.class));
    }
    replay.setSpec(tree.get("spec"));
    replay.setStatus(tree.get("status"));
    return replay;
  }
}
