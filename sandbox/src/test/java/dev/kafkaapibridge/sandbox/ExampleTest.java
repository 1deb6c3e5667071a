package dev.kafkaapibridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.NotYetServed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExampleTest {

  private final Example example = Example.load(SandboxOptions.projectRoot(), "orders-to-crm");

  @Test
  void anExampleIsMovedToTheSandboxAndOtherwiseLeftAsItIs() {
    Example moved = example.at("127.0.0.1:9092", "http://127.0.0.1:8000");

    assertThat(moved.bridge().<Object>get("spec", "kafka", "bootstrapServers"))
        .isEqualTo("127.0.0.1:9092");
    assertThat(moved.bridge().<Object>get("spec", "target", "http", "url"))
        .isEqualTo("http://127.0.0.1:8000/v1/orders");
    assertThat(moved.topics()).isEqualTo(example.topics());
    assertThat(example.bridge().<Object>get("spec", "target", "http", "url"))
        .isEqualTo("https://crm.example.com/v1/orders");
  }

  @Test
  void namesAreDerivedAsTheRuntimeDerivesThem() {
    assertThat(example.group("shop")).isEqualTo("shop.orders-to-crm");
    assertThat(example.deadLetterTopic("shop")).isEqualTo("shop.orders-to-crm.dlt");

    Example named =
        example
            .with("crm", "kafka", "consumerGroup")
            .with("dead", "delivery", "deadLetter", "topic");
    assertThat(named.group("shop")).isEqualTo("crm");
    assertThat(named.deadLetterTopic("shop")).isEqualTo("dead");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsSoundAndServed(String name) {
    Example each = Example.load(SandboxOptions.projectRoot(), name);

    assertThat(BridgeFile.read(each.yaml()))
        .isInstanceOfSatisfying(
            BridgeFile.Reading.Sound.class,
            sound -> assertThat(NotYetServed.usesIn(sound.tree())).isEmpty());
    assertThat(each.topics()).isNotEmpty();
  }

  static List<String> examples() {
    return Example.names(SandboxOptions.projectRoot());
  }

  @Test
  void anUnknownExampleIsAnsweredWithThoseThatThereAre() {
    assertThatThrownBy(() -> Example.load(SandboxOptions.projectRoot(), "nope"))
        .hasMessage("there is no example nope. There are: " + String.join(", ", examples()));
  }
}
