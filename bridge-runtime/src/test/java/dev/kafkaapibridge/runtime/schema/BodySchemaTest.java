package dev.kafkaapibridge.runtime.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.runtime.schema.SchemaFetch.Fetched;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BodySchemaTest {

  private static final Fetched DOWN =
      new Fetched.InVain(new RegistryAnswer.Failed("Unreachable", "it can't be reached"));

  private Fetched registry = told("{\"required\": [\"id\"]}");
  private byte[] file;
  private int asked;
  private long nanos;
  private Runnable later = () -> {};

  @Test
  void theLatestOfASubjectIsAskedForEveryMinuteAndTheLastOneStaysInUse() throws Exception {
    SubjectSchema schema = subject();
    assertMissing(schema, "SchemaAsked");
    assertHolds(schema, "{\"id\": 1}", true);
    assertHolds(schema, "{}", false);

    pass(Duration.ofSeconds(59));
    assertHolds(schema, "{}", false);
    assertThat(asked).isEqualTo(1);
    registry = told("{}");
    pass(Duration.ofSeconds(1));
    assertHolds(schema, "{}", false); // and asks
    assertHolds(schema, "{}", true);
    assertThat(asked).isEqualTo(2);

    registry = DOWN;
    for (int hour = 0; hour < 100; hour++) {
      pass(Duration.ofHours(1));
      assertHolds(schema, "{}", true);
    }
    assertThat(schema.trouble().orElseThrow().reason()).isEqualTo("Unreachable");
    assertThat(schema.trouble().orElseThrow().schema()).isEqualTo("subject orders");
  }

  @Test
  void whatTheRegistryCannotTellRefusesNobody() {
    registry = DOWN;
    SubjectSchema schema = subject();
    assertMissing(schema, "SchemaAsked");
    assertMissing(schema, "Unreachable");
    registry = new Fetched.NotThere();
    pass(Duration.ofMinutes(1));
    assertMissing(schema, "Unreachable");
    assertMissing(schema, "SubjectNotFound");
    registry = new Fetched.Whole(new SchemaText("{}", Map.of(), SchemaText.Type.AVRO));
    pass(Duration.ofMinutes(1));
    assertMissing(schema, "SubjectNotFound");
    assertMissing(schema, "InvalidSchema");
    assertThat(schema.trouble().orElseThrow().detail()).contains("AVRO");
  }

  @Test
  void aFileIsReadAgainWhenItChangesAndADamagedOneLeavesTheFormerInUse() throws Exception {
    var schema = new FileSchema(() -> file, Clock.systemUTC());
    assertMissing(schema, "ConfigMapMissing");
    file = "{".getBytes(UTF_8);
    assertMissing(schema, "InvalidSchema");
    assertThat(schema.trouble()).isPresent();
    file = "{\"required\": [\"id\"]}".getBytes(UTF_8);
    assertHolds(schema, "{}", false);
    assertThat(schema.trouble()).isEmpty();
    file = "{\"$ref\": \"#/nowhere\"}".getBytes(UTF_8);
    assertHolds(schema, "{}", false);
    assertThat(schema.trouble()).isPresent();
    file = "{}".getBytes(UTF_8);
    assertHolds(schema, "{}", true);
  }

  private SubjectSchema subject() {
    return new SubjectSchema(
        "orders",
        () -> {
          asked++;
          return registry;
        },
        task -> later = task,
        () -> nanos,
        Clock.systemUTC());
  }

  private void assertMissing(BodySchema schema, String reason) {
    assertThatThrownBy(schema::rules)
        .isInstanceOfSatisfying(SchemaMissing.class, e -> assertThat(e.reason()).isEqualTo(reason));
    answer();
  }

  private void assertHolds(BodySchema schema, String body, boolean holds) throws Exception {
    JsonRules rules = schema.rules();
    answer();
    if (holds) {
      rules.check(body.getBytes(UTF_8));
    } else {
      assertThatThrownBy(() -> rules.check(body.getBytes(UTF_8))).isInstanceOf(Undecodable.class);
    }
  }

  /** The question that was asked, if one was. */
  private void answer() {
    Runnable question = later;
    later = () -> {};
    question.run();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private static Fetched told(String schema) {
    return new Fetched.Whole(new SchemaText(schema, Map.of(), SchemaText.Type.JSON));
  }
}
