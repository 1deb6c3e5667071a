package dev.kafkaapibridge.runtime.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.runtime.schema.SchemaFetch.Fetched;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SchemasTest {

  private static final Fetched WHOLE =
      new Fetched.Whole(new SchemaText("text", Map.of(), SchemaText.Type.AVRO));
  private static final Fetched DOWN =
      new Fetched.InVain(new RegistryAnswer.Failed("Unreachable", "it can't be reached"));
  private static final Fetched NOT_THERE = new Fetched.NotThere();
  private static final Codec CODEC = framed -> new byte[0];

  private final List<SchemaKey> asked = new ArrayList<>();
  private Function<SchemaKey, Fetched> registry = schema -> WHOLE;
  private long nanos;

  @Test
  void whatWasToldOnceIsKnownForGood() throws Exception {
    Schemas schemas = schemas(Runnable::run);
    assertMissing(schemas, 7, "SchemaAsked");
    registry = schema -> DOWN;
    pass(Duration.ofDays(30));
    assertThat(schemas.find(key(7))).isSameAs(CODEC);
    assertThat(asked).containsExactly(key(7));
    assertThat(schemas.trouble()).isNull();
  }

  @Test
  void whileOneAsksNobodyElseDoes() {
    var waiting = new ArrayList<Runnable>();
    Schemas schemas = schemas(waiting::add);
    for (int i = 0; i < 100; i++) {
      assertMissing(schemas, 7, "SchemaAsked");
    }
    assertThat(waiting).hasSize(1);
    waiting.removeFirst().run();
    assertThat(asked).hasSize(1);
  }

  @Test
  void aRegistryThatFailsIsAskedAgainEverMoreSlowlyAndSaid() throws Exception {
    Schemas schemas = schemas(Runnable::run);
    registry = schema -> DOWN;
    assertMissing(schemas, 7, "Unreachable", "SchemaAsked");
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      int before = asked.size();
      pass(Duration.ofSeconds(seconds).minusMillis(1));
      assertMissing(schemas, 7, "Unreachable");
      assertThat(asked).as("not before its time").hasSize(before);
      pass(Duration.ofMillis(1));
      assertMissing(schemas, 7, "Unreachable");
      assertThat(asked).hasSize(before + 1);
      assertThat(schemas.trouble().reason()).isEqualTo("Unreachable");
      assertThat(schemas.trouble().schema()).isEqualTo("id 7");
    }
    registry = schema -> WHOLE;
    pass(Duration.ofSeconds(30));
    assertMissing(schemas, 7, "Unreachable");
    assertThat(schemas.find(key(7))).isSameAs(CODEC);
    assertThat(schemas.trouble()).isNull();
  }

  @Test
  void troubleThatNobodyMeetsAnyMoreIsForgotten() {
    Schemas schemas = schemas(Runnable::run);
    registry = schema -> DOWN;
    assertMissing(schemas, 7, "Unreachable", "SchemaAsked");
    pass(Duration.ofSeconds(59));
    assertThat(schemas.trouble()).isNotNull();
    pass(Duration.ofSeconds(2));
    assertThat(schemas.trouble()).isNull();
  }

  @Test
  void aSchemaThatTheRegistryDoesNotHaveRefusesRecordsUntilItIsAskedAgain() throws Exception {
    Schemas schemas = schemas(Runnable::run);
    registry = schema -> NOT_THERE;
    assertMissing(schemas, 7, "SchemaAsked");
    pass(Duration.ofMillis(1_999));
    assertMissing(schemas, 7, "SchemaAsked");
    assertThat(asked).as("another process of the registry's may know more").hasSize(1);
    pass(Duration.ofMillis(1));
    assertMissing(schemas, 7, "SchemaAsked");
    for (int i = 0; i < 10; i++) {
      assertRefused(schemas, 7, "SchemaNotFound");
    }
    assertThat(asked).hasSize(2);
    assertThat(schemas.trouble()).as("the registry is in order").isNull();

    pass(Duration.ofMinutes(1));
    registry = schema -> WHOLE;
    assertMissing(schemas, 7, "SchemaAsked");
    assertThat(schemas.find(key(7))).isSameAs(CODEC);
  }

  @Test
  void anUnknownIdWhileTheRegistryIsDownIsNoRecordsFault() {
    Schemas schemas = schemas(Runnable::run);
    registry = schema -> NOT_THERE;
    assertMissing(schemas, 7, "SchemaAsked");
    pass(Duration.ofSeconds(2));
    registry = schema -> DOWN;
    for (int i = 0; i < 1_000; i++) {
      assertMissing(schemas, 7, "Unreachable", "SchemaAsked");
      pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void aSchemaOfAnotherTypeRefusesTheRecordAndOneThatIsNoneHoldsIt() {
    Schemas schemas = schemas(Runnable::run);
    registry =
        schema ->
            new Fetched.Whole(
                new SchemaText(
                    schema.id().equals("8") ? "broken" : "text",
                    Map.of(),
                    schema.id().equals("7") ? SchemaText.Type.JSON : null));
    assertMissing(schemas, 7, "SchemaAsked");
    assertRefused(schemas, 7, "OtherSchemaType");
    assertMissing(schemas, 8, "SchemaAsked", "InvalidSchema");
    assertMissing(schemas, 8, "InvalidSchema");
    assertThat(schemas.trouble().reason()).isEqualTo("InvalidSchema");
  }

  @Test
  void noMoreSchemasAreKeptThanTheBound() throws Exception {
    Schemas schemas = schemas(Runnable::run);
    for (int id = 0; id < Schemas.MOST + 10; id++) {
      pass(Duration.ofMillis(1));
      assertMissing(schemas, id, "SchemaAsked");
      if (id > 0) {
        assertThat(schemas.find(key(1 > id ? 0 : 1))).isNotNull();
      }
    }
    assertThat(schemas.size()).isLessThanOrEqualTo(Schemas.MOST);
    assertThat(schemas.find(key(1))).as("in use all the time").isSameAs(CODEC);
  }

  private Schemas schemas(Executor threads) {
    return new Schemas(
        SchemaText.Type.AVRO,
        schema -> {
          asked.add(schema);
          return registry.apply(schema);
        },
        text -> {
          if (text.text().equals("broken")) {
            throw new UnusableSchema("it is broken");
          }
          return CODEC;
        },
        threads,
        () -> nanos,
        new Clock() {
          @Override
          public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return Instant.EPOCH.plusNanos(nanos);
          }
        });
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private static void assertMissing(Schemas schemas, int id, String... reasons) {
    assertThatThrownBy(() -> schemas.find(key(id)))
        .isInstanceOfSatisfying(
            SchemaMissing.class, e -> assertThat(e.reason()).isIn((Object[]) reasons));
  }

  private static void assertRefused(Schemas schemas, int id, String reason) {
    assertThatThrownBy(() -> schemas.find(key(id)))
        .isInstanceOfSatisfying(Undecodable.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static SchemaKey key(int id) {
    return new SchemaKey(SchemaKey.Kind.Id, Integer.toString(id));
  }
}
