package dev.kafkaapibridge.operator.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.offsets.Look.Place;
import dev.kafkaapibridge.operator.offsets.Look.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VigilTest {

  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
  private static final Trouble AWAY = new Trouble("BootstrapUnreachable", "no broker answers");

  @Test
  void aRecordBehindThePositionIsSeen() {
    assertThat(vigil(seen(committed("orders-0", 12, 12), committed("orders-1", 9, 7))).waiting())
        .isEqualTo(Map.of("orders-1", 2L));
    assertThat(vigil(seen(new Place("orders-0", 12, new Position.First(3)))).records())
        .as("without a commit, a pod would begin at the first record")
        .isEqualTo(9);
    assertThat(vigil(seen(new Place("orders-0", 12, new Position.First(12)))).nothingWaits())
        .as("retention has left nothing")
        .isTrue();
  }

  @Test
  void anEndThatMovesIsEnough() {
    var unplaced = new Look.Seen(List.of(unknown("orders-0", 12)), AWAY);
    Vigil once = vigil(unplaced);
    assertThat(once.records()).isZero();
    assertThat(once.nothingWaits()).as("nothing was proved either").isFalse();

    Vigil still = once.after(unplaced, at(5));
    assertThat(still.records()).isZero();

    Vigil moved = still.after(new Look.Seen(List.of(unknown("orders-0", 14)), AWAY), at(10));
    assertThat(moved.waiting()).isEqualTo(Map.of("orders-0", 2L));
  }

  @Test
  void endsAreRememberedThroughLooksThatFail() {
    Vigil away = vigil(seen(committed("orders-0", 12, 12))).after(new Look.Blind(AWAY), at(5));
    assertThat(away.nothingWaits()).isFalse();

    assertThat(away.after(new Look.Seen(List.of(unknown("orders-0", 13)), AWAY), at(15)).records())
        .isEqualTo(1);
  }

  @Test
  void blindnessIsCountedSinceAllWasSeen() {
    assertThat(Vigil.from(START).blindFor(at(60))).isEqualTo(Duration.ofSeconds(60));
    Vigil saw = Vigil.from(START).after(seen(committed("orders-0", 1, 1)), at(20));
    assertThat(saw.after(new Look.Blind(AWAY), at(60)).blindFor(at(60)))
        .isEqualTo(Duration.ofSeconds(40));
    var half = new Look.Seen(List.of(committed("orders-0", 1, 1)), AWAY);
    assertThat(saw.after(half, at(60)).blindFor(at(60))).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void aClusterThatIsAwayIsAskedLessOften() {
    Vigil saw = vigil(seen(committed("orders-0", 1, 1)));
    assertThat(saw.isDue(at(4))).isFalse();
    assertThat(saw.isDue(at(5))).isTrue();
    Vigil away = vigil(new Look.Blind(AWAY));
    assertThat(away.isDue(at(9))).isFalse();
    assertThat(away.isDue(at(10))).isTrue();
  }

  private static Vigil vigil(Look look) {
    return Vigil.from(START).after(look, START);
  }

  private static Instant at(int seconds) {
    return START.plusSeconds(seconds);
  }

  private static Look.Seen seen(Place... places) {
    return new Look.Seen(List.of(places), null);
  }

  private static Place committed(String partition, long end, long offset) {
    return new Place(partition, end, new Position.Committed(offset));
  }

  private static Place unknown(String partition, long end) {
    return new Place(partition, end, new Position.Unknown());
  }
}
