package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Policy;
import dev.kafkaapibridge.operator.scale.Sample;
import dev.kafkaapibridge.operator.scale.Scaling;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that a scaling decision was made of, as one line of JSON in the log: whoever doubts it can
 * make it again. Pure.
 */
final class ScalingLine {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // lines of earlier versions
          .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
          .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new AsText<>(Instant.class))
                  .addSerializer(Duration.class, new AsText<>(Duration.class))
                  .addDeserializer(Instant.class, new InstantFromText())
                  .addDeserializer(Duration.class, new DurationFromText()))
          .build();

  /** What a decision is made of. */
  record Made(Policy policy, Memory memory, Sample sample) {}

  private ScalingLine() {}

  /** Whether a decision is worth its line: another number, or counted in another way. */
  static boolean isNews(@Nullable Decision before, Decision now) {
    return before == null || before.replicas() != now.replicas() || before.regime() != now.regime();
  }

  static String of(Policy policy, Memory memory, Sample sample) {
    try {
      return JSON.writeValueAsString(new Made(policy, memory, sample));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // these are values: nothing in them can fail
    }
  }

  static Decision replay(String line) throws IOException {
    Made made = JSON.readValue(line, Made.class);
    return Scaling.decide(made.policy(), made.memory(), made.sample());
  }

  private static final class AsText<T> extends StdScalarSerializer<T> {
    AsText(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(value.toString());
    }
  }

  private static final class InstantFromText extends StdScalarDeserializer<Instant> {
    InstantFromText() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return Instant.parse(json.getText());
    }
  }

  private static final class DurationFromText extends StdScalarDeserializer<Duration> {
    DurationFromText() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return Duration.parse(json.getText());
    }
  }
}
