package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.scale.Steps.Step;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {

  private static final Policy POLICY = Policy.between(1, 24);

  private Instant now = Instant.parse("2026-11-01T08:00:00Z");

  @Test
  void onePodMoreOfManyHasToBeWantedForNineSeconds() {
    Step first = ask(Steps.none(), 5, 4);
    assertThat(first.replicas()).isEqualTo(4);
    assertThat(first.waits()).isTrue();

    now = now.plusSeconds(8);
    Step second = ask(first.next(), 5, 4);
    assertThat(second.replicas()).isEqualTo(4);

    now = now.plusSeconds(1);
    assertThat(ask(second.next(), 5, 4).replicas()).isEqualTo(5);
  }

  @Test
  void whatIsNotWantedInBetweenIsAskedForAnew() {
    Steps asked = ask(Steps.none(), 5, 4).next();
    now = now.plusSeconds(10);
    Steps content = ask(asked, 4, 4).next();
    now = now.plusSeconds(10);
    assertThat(ask(content, 5, 4).replicas()).isEqualTo(4);
  }

  @Test
  void muchMoreComesAtOnce() {
    assertThat(ask(Steps.none(), 6, 4).replicas()).isEqualTo(6);
    assertThat(ask(Steps.none(), 3, 2).replicas()).isEqualTo(3);
  }

  private Step ask(Steps steps, int wanted, int current) {
    var sample = new Sample(now, current, List.of(), List.of(), true);
    return steps.towards(wanted, wanted, sample, POLICY, false);
  }
}
