package dev.kafkaapibridge.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.validation.BridgeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

  private static final String BRIDGE =
      """
      apiVersion: kafka-api-bridge.dev/v1alpha1
      kind: KafkaApiBridge
      metadata: {name: orders}
      spec:
        %s
        kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
        target: {http: {url: "https://crm.example.com/v1/orders"}}
      """;

  @TempDir private Path folder;
  private Path file;
  private StateFile state;
  private boolean calling;
  private boolean stopped;

  @BeforeEach
  void start() throws IOException {
    file = folder.resolve("bridge.yaml");
    write("state: Running");
    state = started();
  }

  @Test
  void pausesAndResumesAsTheFileSays() throws IOException {
    look();
    assertThat(state.isPaused()).isFalse();

    write("state: Paused");
    look();
    assertThat(state.isPaused()).isTrue();

    write("");
    look();
    assertThat(state.isPaused()).isFalse();
    assertThat(state.standsStill()).isFalse();
  }

  @Test
  void aPauseIsInForceOnceTheCallsUnderWayHaveEndedAndThenStays() throws IOException {
    calling = true;
    write("state: Paused");
    look();
    assertThat(state.standsStill()).isFalse();

    calling = false;
    look();
    calling = true;
    look();
    assertThat(state.standsStill()).isTrue();

    write("state: Running");
    look();
    assertThat(state.standsStill()).isFalse();
  }

  @Test
  void isPausedFromTheFirstMomentIfTheFileSaysSo() throws IOException {
    write("state: Paused");

    assertThat(started().isPaused()).isTrue();
  }

  @Test
  void aFileThatCannotBeUsedChangesNothing() throws IOException {
    write("state: Paused");
    look();

    Files.writeString(file, "spec: {sta");
    look();
    assertThat(state.isPaused()).isTrue();
    write("state: Resting");
    look();
    assertThat(state.isPaused()).isTrue();
    Files.delete(file);
    look();
    assertThat(state.isPaused()).isTrue();
  }

  @Test
  void stoppedEndsTheProcess() throws IOException {
    write("state: Stopped");
    look();

    assertThat(stopped).isTrue();
  }

  private StateFile started() throws IOException {
    return new StateFile(file, (BridgeFile.Reading.Sound) BridgeFile.read(Files.readString(file)));
  }

  private void look() {
    state.look(() -> calling, () -> stopped = true);
  }

  private void write(String belowSpec) throws IOException {
    Files.writeString(file, BRIDGE.formatted(belowSpec));
  }
}
