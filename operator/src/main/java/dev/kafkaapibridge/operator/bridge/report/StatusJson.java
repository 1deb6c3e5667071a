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
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The status as it lies in the object: what is null is left out, and others may have put conditions
 * of theirs beside ours. Pure.
 */
public final class StatusJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .addModule(
              new SimpleModule()
                  .addSerializer(OffsetDateTime.class, new WriteTime())
                  .addDeserializer(OffsetDateTime.class, new ReadTime()))
          .build();

  private StatusJson() {}

  /** Empty where there is none, or one that this version cannot read: then it is written anew. */
  public static KafkaApiBridgeStatus read(@Nullable JsonNode status) {
    try {
      if (status instanceof ObjectNode) {
        return ours(JSON.treeToValue(status, KafkaApiBridgeStatus.class));
      }
    } catch (JsonProcessingException | RuntimeException e) {
      // Written by somebody else, or by a version that knew other words.
    }
    return new KafkaApiBridgeStatus(
        null, List.of(), null, null, null, null, null, null, null, null, null, null);
  }

  /** Without others' conditions, and in the order in which ours are made. */
  private static KafkaApiBridgeStatus ours(KafkaApiBridgeStatus status) {
    return BridgeStatus.with(
        status,
        Stream.of(ConditionType.values())
            .flatMap(type -> Conditions.find(status.conditions(), type).stream())
            .toList());
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
