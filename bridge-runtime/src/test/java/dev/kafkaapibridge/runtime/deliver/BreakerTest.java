package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {

  private static final Verdict FAILED =
      new Verdict.TargetFailed("503", "ServerError", "the target answered 503");

  private final Breaker breaker =
      new Breaker(
          ((BridgeFile.Reading.Sound)
                  BridgeFile.read(
                      "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: 'http://a'}}, delivery: {circuitBreaker: {minimumRequests: 4, openDuration: 1s, maxOpenDuration: 1s}}}}"))
              .bridge()
              .spec()
              .delivery()
              .circuitBreaker());

  @Test
  void itOpensOnFailuresAndGoesOnByItselfEvenIfNobodyAsks() {
    fail(4);
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.enter()).isFalse();

    // While it is open nothing is fetched, so there may be nobody who would ask.
    await().atMost(Duration.ofSeconds(5)).until(() -> !breaker.isOpen());
    assertThat(breaker.state()).isEqualTo("HalfOpen");
  }

  @Test
  void anOutageAfterManySuccessesOpensItAllTheSame() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(breaker.enter()).isTrue();
      breaker.learn(new Verdict.Accepted("200"), Duration.ofMillis(1));
    }
    fail(7);
    assertThat(breaker.isOpen()).isFalse();
    fail(1);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void beingToldToSlowDownOpensNothing() {
    for (int i = 0; i < 50; i++) {
      assertThat(breaker.enter()).isTrue();
      breaker.learn(new Verdict.RateLimited("429", null), Duration.ofMillis(1));
    }
    assertThat(breaker.isOpen()).isFalse();
  }

  private void fail(int calls) {
    for (int i = 0; i < calls; i++) {
      assertThat(breaker.enter()).isTrue();
      breaker.learn(FAILED, Duration.ofMillis(1));
    }
  }
}
