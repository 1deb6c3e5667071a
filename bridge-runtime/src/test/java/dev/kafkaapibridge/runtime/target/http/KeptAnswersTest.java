package dev.kafkaapibridge.runtime.target.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What of an answer goes along with its verdict where {@code spec.response} asks for it. */
@Timeout(30)
class KeptAnswersTest {

  private final MockWebServer server = new MockWebServer();
  private final TargetUnderTest under = new TargetUnderTest();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theWholeAnswerThatAcceptedIsKept() {
    server.enqueue(
        new MockResponse.Builder()
            .code(201)
            .addHeader("Content-Type", "application/json")
            .addHeader("X-Id", "7")
            .body("{\"id\": 7}")
            .build());

    KeptAnswer kept = kept(send("Success", ""));
    assertThat(kept.body()).asString(UTF_8).isEqualTo("{\"id\": 7}");
    assertThat(kept.type()).isEqualTo("application/json");
    assertThat(kept.headers()).containsEntry("x-id", "7");
    assertThat(kept.truncated()).isFalse();
  }

  @Test
  void noMoreIsKeptThanMayBeRead() {
    server.enqueue(new MockResponse.Builder().code(200).body("x".repeat(101)).build());
    server.enqueue(new MockResponse.Builder().code(200).body("x".repeat(100)).build());
    server.enqueue(new MockResponse.Builder().code(200).body("x").build());

    KeptAnswer tooLong = kept(send("Success", "maxResponseBytes: 100"));
    assertThat(tooLong.body()).hasSize(100);
    assertThat(tooLong.truncated()).isTrue();
    KeptAnswer justFits = kept(send("Success", "maxResponseBytes: 100"));
    assertThat(justFits.body()).hasSize(100);
    assertThat(justFits.truncated()).isFalse();
    KeptAnswer nothing = kept(send("Success", "maxResponseBytes: 0"));
    assertThat(nothing.body()).isEmpty();
    assertThat(nothing.truncated()).isTrue();
  }

  @Test
  void anAnswerWithoutABodyIsAnAnswer() {
    server.enqueue(new MockResponse.Builder().code(204).build());
    assertThat(kept(send("Success", "")).body()).isEmpty();
  }

  /** It is what the call was made for. */
  @Test
  void anAcceptingAnswerThatBreaksOffIsAFailure() {
    server.enqueue(
        new MockResponse.Builder()
            .code(200)
            .body("x".repeat(100_000))
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());
    assertThat(send("Success", ""))
        .isInstanceOfSatisfying(
            Verdict.TargetFailed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo("200");
              assertThat(failed.detail()).contains("broke off");
            });
  }

  @Test
  void ofAnAnswerThatDidNotAcceptTheBeginningIsKeptWhereThatIsWanted() {
    for (int i = 0; i < 2; i++) {
      server.enqueue(new MockResponse.Builder().code(422).body("x".repeat(5_000)).build());
    }
    assertThat(send("Success", "").clues().kept()).isNull();
    KeptAnswer kept = kept(send("Always", ""));
    assertThat(kept.body()).hasSize(KeptAnswer.MOST_OF_A_FAILURE);
    assertThat(kept.truncated()).isTrue();
  }

  @Test
  void nothingIsKeptOfAnAnswerThatEndsNoRecord() {
    server.enqueue(new MockResponse.Builder().code(429).body("slow down").build());
    server.enqueue(new MockResponse.Builder().code(401).body("who are you").build());
    assertThat(send("Always", "").clues().kept()).isNull();
    assertThat(send("Always", "").clues().kept()).isNull();
  }

  /** Of the dead letter's excerpt and of the answer both are the same bytes. */
  @Test
  void aDeadLettersExcerptIsKeptBesideIt() {
    server.enqueue(new MockResponse.Builder().code(422).body("no such tenant").build());
    under.delivery = "{deadLetter: {responseBody: Truncated}}";
    Verdict verdict = send("Always", "");
    assertThat(verdict.clues().answer()).isEqualTo("no such tenant");
    assertThat(kept(verdict).body()).asString(UTF_8).isEqualTo("no such tenant");
  }

  @Test
  void withoutResponseNothingIsKept() {
    server.enqueue(new MockResponse.Builder().code(200).body("x").build());
    assertThat(under.send(server.url("/").toString(), "")).isEqualTo(new Verdict.Accepted("200"));
  }

  private static KeptAnswer kept(Verdict verdict) {
    return Objects.requireNonNull(verdict.clues().kept(), verdict::toString);
  }

  private Verdict send(String when, String fields) {
    KafkaApiBridgeSpec spec =
        switch (BridgeFile.read(
            "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: '%s', %s}}, delivery: %s, response: {topic: b, when: %s}}}"
                .formatted(server.url("/"), fields, under.delivery, when))) {
          case BridgeFile.Reading.Sound sound -> sound.bridge().spec();
          case BridgeFile.Reading unsound -> throw new AssertionError(unsound.toString());
        };
    try (var target = under.of(spec)) {
      return TargetUnderTest.call(target).send();
    }
  }
}
