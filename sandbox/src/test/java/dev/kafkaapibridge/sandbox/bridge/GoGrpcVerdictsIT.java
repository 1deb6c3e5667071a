package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.grpc.GrpcTarget;
import dev.kafkaapibridge.sandbox.bridge.GoRun.Way;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each status of grpc-go, with its details, comes to: as a call and on a stream. */
@Timeout(60)
class GoGrpcVerdictsIT {

  @TempDir static Path directory;
  static GoOrders server;

  @BeforeAll
  static void startServer() {
    server = GoOrders.start(GoProgram.built(), directory, "{}");
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          CANCELLED           |                           | TargetFailed ServerError
          UNKNOWN             |                           | TargetFailed ServerError
          INVALID_ARGUMENT    |                           | RecordRefused Refused: the server answered INVALID_ARGUMENT: n\u00f6 100%
          DEADLINE_EXCEEDED   |                           | TargetFailed ServerError
          NOT_FOUND           |                           | RecordRefused Refused: the server answered NOT_FOUND: n\u00f6 100%
          ALREADY_EXISTS      |                           | RecordRefused Refused: the server answered ALREADY_EXISTS: n\u00f6 100%
          PERMISSION_DENIED   |                           | TargetMisconfigured AuthenticationFailed
          RESOURCE_EXHAUSTED  |                           | RateLimited null
          FAILED_PRECONDITION |                           | RecordRefused Refused: the server answered FAILED_PRECONDITION: n\u00f6 100%
          ABORTED             |                           | TargetFailed ServerError
          OUT_OF_RANGE        |                           | RecordRefused Refused: the server answered OUT_OF_RANGE: n\u00f6 100%
          UNIMPLEMENTED       |                           | TargetMisconfigured MethodUnimplemented
          INTERNAL            |                           | TargetFailed ServerError
          UNAVAILABLE         |                           | TargetFailed ServerError
          DATA_LOSS           |                           | RecordRefused Refused: the server answered DATA_LOSS: n\u00f6 100%
          UNAUTHENTICATED     |                           | TargetMisconfigured AuthenticationFailed
          RESOURCE_EXHAUSTED  | "RetryMillis": 300        | RateLimited PT0.3S
          RESOURCE_EXHAUSTED  | "PushbackMillis": "250", "RetryMillis": 300 | RateLimited PT0.25S
          RESOURCE_EXHAUSTED  | "PushbackMillis": "-1"    | RateLimited null
          RESOURCE_EXHAUSTED  | "Quota": "2 a second"     | RateLimited null
          UNAVAILABLE         | "RetryMillis": 300        | RateLimited PT0.3S
          UNAVAILABLE         | "PushbackMillis": "250"   | RateLimited PT0.25S
          UNAVAILABLE         | "PushbackMillis": "-1"    | TargetFailed ServerError
          INVALID_ARGUMENT    | "Field": "total: is negative" | RecordRefused Refused: the server answered INVALID_ARGUMENT: n\u00f6 100% [total: is negative]
          FAILED_PRECONDITION | "Reason": "STOCK", "Quota": "2 a day" | RecordRefused Refused: the server answered FAILED_PRECONDITION: n\u00f6 100% [project:shop: 2 a day; STOCK of shop.example]
          """)
  void eachStatusWithItsDetails(String code, String details, String verdict) {
    server.turn(
        "{\"Rules\": [{\"Code\": \"%s\", \"Message\": \"n\u00f6 100%%\"%s}]}"
            .formatted(code, details == null ? "" : ", " + details));
    for (Way way : Way.values()) {
      assertThat(told(send(way))).as(way.name()).isEqualTo(verdict);
    }
  }

  private static String told(Verdict verdict) {
    return switch (verdict) {
      case Verdict.RecordRefused refused ->
          "RecordRefused " + refused.reason() + ": " + refused.detail();
      case Verdict.RateLimited limited -> "RateLimited " + limited.retryAfter();
      case Verdict other -> other.getClass().getSimpleName() + " " + other.reason();
    };
  }

  private static Verdict send(Way way) {
    KafkaApiBridgeSpec spec =
        switch (BridgeFile.read(
            "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {grpc: {address: '%s', service: shop.v1.Orders, %s, transport: Plaintext}}}}"
                .formatted(server.address(), way.fields))) {
          case BridgeFile.Reading.Sound sound -> sound.bridge().spec();
          case BridgeFile.Reading unsound -> throw new AssertionError(unsound.toString());
        };
    try (var target =
        new GrpcTarget(
            spec.target().grpc(),
            spec.record(),
            SchemaFormats.NONE,
            spec.delivery(),
            false,
            KeptAnswer.Keeping.Nothing,
            ref -> null,
            ref -> null,
            ref -> null,
            ref -> null,
            Pace.none(),
            sent -> {},
            Clock.systemUTC())) {
      var prepared = (Target.Prepared.Ready) target.prepare(order());
      return prepared.call().send();
    }
  }

  /** Already encoded: {@code order: "a"}. */
  private static SourceRecord order() {
    var partition = new TopicPartition("a", 0);
    var fence = new SendFence(Duration.ofMinutes(5), Duration.ofMinutes(5), System::nanoTime);
    return new SourceRecord(
        new ConsumerRecord<>("a", 0, 7, "k".getBytes(UTF_8), new byte[] {10, 1, 'a'}),
        new Assignment(partition, fence),
        new RecordKey.Given("key-7"));
  }
}
