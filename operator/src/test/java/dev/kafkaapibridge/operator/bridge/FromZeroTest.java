package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.offsets.Look;
import dev.kafkaapibridge.operator.offsets.Look.Place;
import dev.kafkaapibridge.operator.offsets.Look.Position;
import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.offsets.Vigil;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Regime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FromZeroTest {

  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
  private static final Trouble AWAY = new Trouble("BootstrapUnreachable", "no broker answers");
  private static final KafkaApiBridgeSpec SPEC =
      Specs.of("autoscaling: {minReplicas: 0, maxReplicas: 10}");
  private static final KafkaApiBridgeSpec PAUSED =
      Specs.of("autoscaling: {minReplicas: 0}\n  state: Paused");

  @Test
  void aRecordStartsAPodAtOnce() {
    var decision = after(new Look.Seen(List.of(place(12, 11)), null), 0);

    assertThat(decision.replicas()).isEqualTo(1);
    assertThat(decision.counted().regime()).isEqualTo(Regime.Activating);
    assertThat(decision.why())
        .isEqualTo("1 record waits in 1 partition, pod rate not measured yet");
  }

  @Test
  void aRecordThatIsSeenAmongWhatIsNotStartsAPod() {
    assertThat(after(new Look.Seen(List.of(place(12, 11)), AWAY), 0).replicas()).isEqualTo(1);
  }

  @Test
  void withoutOneThereIsNone() {
    var decision = after(new Look.Seen(List.of(place(12, 12)), null), 0);

    assertThat(decision.replicas()).isZero();
    assertThat(decision.counted().regime()).isEqualTo(Regime.Idle);
    assertThat(decision.zero()).isInstanceOf(Zero.Watched.class);
  }

  @Test
  void whatIsNotSeenForFiveMinutesAPodLooksAt() {
    assertThat(after(new Look.Blind(AWAY), 299).replicas()).isZero();

    var decision = after(new Look.Blind(AWAY), 300);
    assertThat(decision.replicas()).isEqualTo(1);
    assertThat(decision.why())
        .isEqualTo(
            "the operator has not seen the offsets for 5 min (no broker answers), so a pod looks");
  }

  @Test
  void aPodVisitsBeforeBrokersForgetTheOffsets() {
    var seen = new Look.Seen(List.of(place(12, 12)), null);
    int threeDays = (int) Duration.ofDays(3).toSeconds();
    assertThat(after(seen, threeDays - 1).replicas()).isZero();
    assertThat(after(seen, threeDays).replicas()).isEqualTo(1);
  }

  @Test
  void forAPausedBridgeNobodyLooks() {
    Instant late = START.plus(Duration.ofDays(2));
    assertThat(FromZero.isLookDue(PAUSED, Vigil.from(START), late)).isFalse();
    var unread = Vigil.from(START).after(new Look.Seen(List.of(place(12, 11)), null), START);
    Vigil vigil = FromZero.vigil(PAUSED, unread, late);
    assertThat(FromZero.decide(PAUSED, vigil, Memory.empty(), 1, START, late).replicas()).isZero();
  }

  @Test
  void aPodVisitsForAPausedBridgeToo() {
    Instant late = START.plus(Duration.ofDays(3));
    var decision = FromZero.decide(PAUSED, Vigil.from(late), Memory.empty(), 1, START, late);
    assertThat(decision.replicas()).isEqualTo(1);
  }

  @Test
  void whatWasNotSeenBeforeAPauseIsNoTroubleDuringItNorAfter() {
    Vigil blind = Vigil.from(START).after(new Look.Blind(AWAY), START);
    Instant later = START.plusSeconds(3600);

    Vigil during = FromZero.vigil(PAUSED, blind, later);
    assertThat(during.trouble()).isNull();
    Vigil after = FromZero.vigil(SPEC, during, later).after(new Look.Blind(AWAY), later);
    assertThat(FromZero.decide(SPEC, after, Memory.empty(), 1, later, later).replicas()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    // spec, last cause, current, begun, there
    "'autoscaling: {minReplicas: 0}', , 0, true, true",
    "'autoscaling: {minReplicas: 0}', Managed, 0, true, true",
    "'autoscaling: {minReplicas: 0}', Stopped, 0, true, false", // whoever lets it run again sees it
    // run
    "'autoscaling: {minReplicas: 0}', , 0, false, false", // its position is to be committed first
    "'autoscaling: {minReplicas: 0}', , , true, false",
    "'autoscaling: {minReplicas: 0}', , 1, true, false",
    "'autoscaling: {minReplicas: 1}', , 0, true, false",
    "'autoscaling: {mode: External}', , 0, true, false",
    "'state: Stopped', , 0, true, false",
  })
  void itIsThereByItsOwnDecisionAlone(
      String spec, @Nullable Cause last, @Nullable Integer current, boolean begun, boolean there) {
    ReplicaDecision before =
        last == null
            ? null
            : new ReplicaDecision(
                0, last, dev.kafkaapibridge.operator.scale.Decision.Limit.None, "", 1, null);
    assertThat(FromZero.isThere(Specs.of(spec), before, current, begun)).isEqualTo(there);
  }

  /** {@code -Dkab.seed=N} repeats one, {@code -Dkab.trials=N} runs so many. */
  @Test
  void itNeverWakesWithoutEvidenceAndNeverSleepsOnWhatItSaw() {
    Long only = Long.getLong("kab.seed");
    long last = only == null ? Long.getLong("kab.trials", 2000) : only;
    for (long seed = only == null ? 1 : only; seed <= last; seed++) {
      try {
        lives(new Random(seed));
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** Records come now and then; looks fail, or see only a part. */
  private static void lives(Random random) {
    Map<String, Long> ends = new HashMap<>();
    Map<String, Long> positions = new HashMap<>();
    Map<String, Long> shown = new HashMap<>();
    for (int p = 0; p < 1 + random.nextInt(4); p++) {
      ends.put("orders-" + p, (long) random.nextInt(100));
      positions.put("orders-" + p, ends.get("orders-" + p));
    }
    Vigil vigil = Vigil.from(START);
    Instant now = START;
    Instant allSeenAt = START;
    for (int i = 0; i < 60; i++) {
      now = now.plusSeconds(5 + random.nextInt(60));
      if (random.nextInt(25) == 0) {
        ends.merge("orders-" + random.nextInt(ends.size()), 1L + random.nextInt(3), Long::sum);
      }
      boolean evidence = false;
      boolean all = random.nextInt(3) > 0;
      Look look;
      if (!all && random.nextBoolean()) {
        look = new Look.Blind(AWAY);
      } else {
        var places = new ArrayList<Place>();
        for (var end : ends.entrySet()) {
          if (!all && random.nextInt(3) == 0) {
            continue;
          }
          boolean placed = all || random.nextBoolean();
          long position = positions.get(end.getKey());
          places.add(
              new Place(
                  end.getKey(),
                  end.getValue(),
                  placed ? new Position.Committed(position) : new Position.Unknown()));
          Long before = shown.put(end.getKey(), end.getValue());
          evidence |=
              placed ? end.getValue() > position : before != null && end.getValue() > before;
        }
        look = new Look.Seen(places, all ? null : AWAY);
      }
      allSeenAt = all ? now : allSeenAt;
      vigil = vigil.after(look, now);
      int pods = FromZero.decide(SPEC, vigil, Memory.empty(), 1, START, now).replicas();
      boolean tooLong =
          !all && Duration.between(allSeenAt, now).compareTo(FromZero.BLIND_FOR_TOO_LONG) >= 0;
      assertThat(pods > 0).as("at look %d", i).isEqualTo(evidence || tooLong);
      if (pods > 0) {
        return; // pods take over
      }
      if (vigil.nothingWaits()) {
        assertThat(ends).isEqualTo(positions);
      }
    }
  }

  private static ReplicaDecision after(Look look, int seconds) {
    Instant now = START.plusSeconds(seconds);
    return FromZero.decide(SPEC, Vigil.from(START).after(look, now), Memory.empty(), 1, START, now);
  }

  private static Place place(long end, long committed) {
    return new Place("orders-0", end, new Position.Committed(committed));
  }
}
