package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.kube.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldTest {

  private static final Notice NOTICE =
      new Notice(Notice.Type.Normal, "ScaledUp", "Scale", "Scaled from 1 to 2 replicas");

  private final Told told = new Told();
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");

  @Test
  void whatIsTooMuchIsCountedAndSaidWithTheNextThatIsTold() {
    assertThat(due(20)).isEqualTo(new Told.Due(0, notices(20)));
    assertThat(due(20)).isEqualTo(new Told.Due(0, notices(5)));
    assertThat(due(3)).as("nothing, not even how many").isEqualTo(new Told.Due(0, List.of()));

    now = now.plus(Duration.ofMinutes(5));
    assertThat(due(2)).isEqualTo(new Told.Due(18, notices(1)));

    now = now.plus(Duration.ofMinutes(5));
    assertThat(due(1)).isEqualTo(new Told.Due(1, notices(1)));
    now = now.plus(Duration.ofMinutes(5));
    assertThat(due(1)).as("said once").isEqualTo(new Told.Due(0, notices(1)));
  }

  private Told.Due due(int howMany) {
    return told.due(notices(howMany), now);
  }

  private static List<Notice> notices(int howMany) {
    return Collections.nCopies(howMany, NOTICE);
  }
}
