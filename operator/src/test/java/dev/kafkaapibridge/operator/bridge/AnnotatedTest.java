package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AnnotatedTest {

  @Test
  void anythingButTrueIsNoPause() {
    for (String word : new String[] {"false", "True", "yes", ""}) {
      assertThat(Annotated.of(with(Annotated.PAUSE_RECONCILIATION, word)).reconciliationPaused())
          .as(word)
          .isFalse();
    }
    assertThat(Annotated.of(with(Annotated.PAUSE_RECONCILIATION, "true")).reconciliationPaused())
        .isTrue();
  }

  @Test
  void aRestartThatWasActedOnStaysWhenItsAnnotationGoes() {
    assertThat(Annotated.of(Bridges.read(Bridges.MINIMAL)).restart(null)).isNull();
    assertThat(Annotated.of(Bridges.read(Bridges.MINIMAL)).restart("monday")).isEqualTo("monday");
    assertThat(Annotated.of(with(Annotated.RESTARTED_AT, "tuesday")).restart("monday"))
        .isEqualTo("tuesday");
  }

  @Test
  void aRestartIsOneShortLine() {
    String restart =
        Annotated.of(with(Annotated.RESTARTED_AT, "now\n" + "x".repeat(500))).restart(null);

    assertThat(restart).startsWith("now x").hasSize(128);
  }

  @Test
  void whatTheOperatorOrOthersWriteIsNoNews() {
    assertThat(isNews(bridge -> bridge.getMetadata().setResourceVersion("7"))).isFalse();
    assertThat(isNews(bridge -> bridge.setStatus(bridge.getSpec()))).isFalse();
    assertThat(isNews(bridge -> bridge.getMetadata().getAnnotations().put("team", "crm")))
        .isFalse();
  }

  @Test
  void specAnnotationsAndDeletionAreNews() {
    assertThat(isNews(bridge -> bridge.getMetadata().setGeneration(2L))).isTrue();
    assertThat(
            isNews(bridge ->
                bridge.getMetadata().getAnnotations().put(Annotated.PAUSE_RECONCILIATION, "true")))
        .isTrue();
    assertThat(isNews(bridge -> bridge.getMetadata().setDeletionTimestamp("2026-11-25T10:00:00Z")))
        .isTrue();
    assertThat(isNews(bridge -> bridge.addFinalizer("kafka-api-bridge.dev/x"))).isTrue();
  }

  private static boolean isNews(Consumer<Bridge> change) {
    Bridge after = Bridges.read(Bridges.MINIMAL);
    change.accept(after);
    return Annotated.isNews(Bridges.read(Bridges.MINIMAL), after);
  }

  private static Bridge with(String annotation, String value) {
    Bridge bridge = Bridges.read(Bridges.MINIMAL);
    bridge.getMetadata().getAnnotations().put(annotation, value);
    return bridge;
  }
}
