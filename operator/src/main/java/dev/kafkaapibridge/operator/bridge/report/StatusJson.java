package dev.kafkaapibridge.operator.bridge.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status as it lies in the object: what is null, or an empty list, is left out, and others may
 * have put conditions of theirs beside ours. Pure.
 */
public final class StatusJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .withConfigOverride(
              List.class,
              lists ->
                  lists.setInclude(
                      JsonInclude.Value.construct(
                          JsonInclude.Include.NON_EMPTY, JsonInclude.Include.NON_NULL)))
          .addModule(
              new SimpleModule()
                  .addSerializer(OffsetDateTime.class, new WriteTime())
                  .addDeserializer(OffsetDateTime.class, new ReadTime()))
          .build();

  private StatusJson() {}

  /**
   * Empty where there is none. What this version cannot read, since somebody else or a version that
   * knew other words has written it, is left out and written anew; nothing else is lost with it.
   */
  public static KafkaApiBridgeStatus read(@Nullable JsonNode status) {
    if (status instanceof ObjectNode written) {
      return parse(written).orElseGet(() -> parse(readable(written)).orElseThrow());
    }
    return parse(JSON.createObjectNode()).orElseThrow();
  }

  private static Optional<KafkaApiBridgeStatus> parse(ObjectNode status) {
    try {
      return Optional.of(ours(JSON.treeToValue(status, KafkaApiBridgeStatus.class)));
    } catch (JsonProcessingException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Without the values that cannot be read, field by field and condition by condition. */
  private static ObjectNode readable(ObjectNode status) {
    ObjectNode readable = JSON.createObjectNode();
    for (var field : status.properties()) {
      String name = field.getKey();
      JsonNode value =
          switch (field.getValue()) {
            case ObjectNode object -> object.deepCopy().retain(readableParts(name, object));
            case ArrayNode list -> {
              ArrayNode items = JSON.createArrayNode();
              list.forEach(item -> {
                if (isReadable(name, JSON.createArrayNode().add(item))) {
                  items.add(item);
                }
              });
              yield items;
            }
            case JsonNode other -> other;
          };
      if (isReadable(name, value)) {
        readable.set(name, value);
      }
    }
    return readable;
  }

  private static List<String> readableParts(String field, ObjectNode object) {
    return object.properties().stream()
        .filter(
            part -> isReadable(field, JSON.createObjectNode().set(part.getKey(), part.getValue())))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isReadable(String field, JsonNode value) {
    return parse(JSON.createObjectNode().set(field, value)).isPresent();
  }

  /** Without others' conditions, and in the order in which ours are made. */
  private static KafkaApiBridgeStatus ours(KafkaApiBridgeStatus status) {
    return BridgeStatus.with(status, Conditions.inOrder(status.conditions()));
  }

  public static ObjectNode write(KafkaApiBridgeStatus status) {
    return JSON.valueToTree(status);
  }

  private static final class WriteTime extends StdScalarSerializer<OffsetDateTime> {
    WriteTime() {
      super(OffsetDateTime.class);
    }

    @Override
    public void serialize(OffsetDateTime time, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(time.toInstant().toString());
    }
  }

  private static final class ReadTime extends StdScalarDeserializer<OffsetDateTime> {
    ReadTime() {
      super(OffsetDateTime.class);
    }

    @Override
    public OffsetDateTime deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      try {
        return OffsetDateTime.parse(json.getText());
      } catch (DateTimeException e) {
        throw context.weirdStringException(
            json.getText(), OffsetDateTime.class, "no RFC 3339 time");
      }
    }
  }
}
