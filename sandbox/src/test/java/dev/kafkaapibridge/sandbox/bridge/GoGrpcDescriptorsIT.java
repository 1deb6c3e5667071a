package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.GoRun.MANY_ATTEMPTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kafkaapibridge.sandbox.bridge.GoRun.Way;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the types come from: grpc-go's own reflection, and a descriptor set that changes. */
@Timeout(300)
class GoGrpcDescriptorsIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  static Path program;

  @BeforeAll
  static void startBroker() {
    program = GoProgram.built();
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1alpha", "both"})
  void itsOwnReflectionTellsTheTypes(String versions) {
    String switches = "{\"Reflection\": \"" + versions + "\"}";
    try (var run =
        new GoRun(broker, program, directory, "reflection-" + versions, switches).byReflection()) {
      run.producer.produce(500);
      run.through(run.server.address(), Way.Unary, "5s", MANY_ATTEMPTS);
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().calls()).isEqualTo(500);
      assertThat(run.server.counts().reflection()).isBetween(1L, 4L);
    }
  }

  @Test
  void aSetThatChangesUnderLoadIsTakenUpOrNotAndNoRecordFailsByIt() throws Exception {
    try (var run = new GoRun(broker, program, directory, "set", "{\"DelayMillis\": 1}");
        var bridge =
            run.bridge(
                run.server.address(),
                Way.Unary,
                "5s",
                "retry: {maxAttempts: 1}, rateLimit: {requests: 200, period: 1s}")) {
      Thread load = Thread.ofVirtual().start(() -> run.producer.produceEvenly(2_000, 200));
      await().atMost(Duration.ofSeconds(60)).until(() -> run.server.counts().calls() > 200);
      run.describe(changed(order -> addTo(order, "note")));
      await().atMost(Duration.ofSeconds(60)).until(() -> run.server.counts().calls() > 700);
      assertThat(bridge.status().target().health().ok()).isTrue();
      run.describe(
          changed(
              order -> order.getFieldBuilder(1).setType(FieldDescriptorProto.Type.TYPE_STRING)));
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(bridge.status().target().health().toString())
                  .contains("IncompatibleDescriptor", "shop.v1.Order", "sequence"));
      load.join();
      run.toTheEnd(bridge);
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().calls()).as("none was sent twice").isEqualTo(2_000);
    }
  }

  /**
   * Connections end every five seconds. So the server is asked again a minute after the last time,
   * and once more a minute later.
   */
  @Test
  @Tag("turn-3") // 170 s
  void whatItsReflectionTellsChangesUnderLoadAndIsTakenUpOrNot() throws Exception {
    String switches =
        "{\"Reflection\": \"v1\", \"ConnectionAgeMillis\": 5000, \"GraceMillis\": 5000, \"DelayMillis\": 1}";
    try (var run =
            new GoRun(broker, program, directory, "reflection-changes", switches).byReflection();
        var bridge = run.bridge(run.server.address(), Way.Unary, "5s", "retry: {maxAttempts: 1}")) {
      run.producer.produce(1);
      await().atMost(Duration.ofSeconds(30)).until(() -> run.server.counts().calls() == 1);
      Thread load = Thread.ofVirtual().start(() -> run.producer.produceEvenly(16_000, 100));
      run.server.describe(changed(order -> addTo(order, "note")));
      awaitAskedOnceMore(run);
      run.producer.note("fragile");
      await().atMost(Duration.ofSeconds(30)).until(() -> run.server.counts().noted() > 500);
      assertThat(bridge.status().target().health().ok()).isTrue();

      run.server.describe(changed(order -> addTo(order, "remark")));
      awaitAskedOnceMore(run);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(bridge.status().target().health().toString())
                  .contains("IncompatibleDescriptor", "shop.v1.Order", "note", "remark"));
      long noted = run.server.counts().noted();
      load.join();
      run.toTheEnd(bridge);
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().noted()).as("by the one in use").isGreaterThan(noted);
      assertThat(run.server.counts().calls()).as("none was sent twice").isEqualTo(16_001);
    }
  }

  private static void awaitAskedOnceMore(GoRun run) {
    long before = run.server.counts().reflection();
    await().atMost(Duration.ofSeconds(80)).until(() -> run.server.counts().reflection() > before);
  }

  private static void addTo(DescriptorProto.Builder order, String name) {
    order
        .addFieldBuilder()
        .setName(name)
        .setNumber(5)
        .setType(FieldDescriptorProto.Type.TYPE_STRING);
  }

  private static byte[] changed(Consumer<DescriptorProto.Builder> change) {
    try {
      var set = FileDescriptorSet.parseFrom(GrpcOrders.descriptorSet()).toBuilder();
      change.accept(set.getFileBuilder(0).getMessageTypeBuilder(0));
      return set.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
