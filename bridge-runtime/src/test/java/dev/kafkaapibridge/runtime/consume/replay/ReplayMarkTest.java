package dev.kafkaapibridge.runtime.consume.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.consume.CommitMetadata;
import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayMarkTest {

  private static final Instant STARTED = Instant.parse("2026-11-22T10:00:00Z");

  @Test
  void isReadAsItWasWritten() {
    var counts = new ReplayCounts(9, 8, 1, 2, 5, 2, Map.of("Refused 422", 6L, "TooOld -", 3L));
    var replayed = new ReplayedOffsets();
    replayed.add(7);
    replayed.add(9);
    var mark = new ReplayMark(Uuid.randomUuid(), "0b5c-1", STARTED, 1_234, counts, replayed);

    var read = ReplayMark.decode(mark.encode());

    assertThat(read).isNotNull();
    assertThat(read.topicId()).isEqualTo(mark.topicId());
    assertThat(read.uid()).isEqualTo("0b5c-1");
    assertThat(read.startedAt()).isEqualTo(STARTED);
    assertThat(read.end()).isEqualTo(1_234);
    assertThat(read.counts()).isEqualTo(counts);
    assertThat(read.replayed()).hasToString(replayed.toString());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "kab1;t=AAAAAAAAAAAAAAAAAAAAAA;e=3",
        "kabr1;",
        "kabr1;t=x;u=y",
        "kabr1;t=AAAAAAAAAAAAAAAAAAAAAQ;u=a;s=1;n=2;c=AAAA;k=;d=",
        "kabr1;t=AAAAAAAAAAAAAAAAAAAAAQ;u=a;s=1;n=2;c=AAAAAAAA;k=broken;d="
      })
  void whatIsNoneOfOursIsNothing(String text) {
    assertThat(ReplayMark.decode(text)).isNull();
  }

  /** The broker would refuse the commit, and the replay would never move. */
  @Test
  void whateverWasReplayedHasRoomAndNoOffsetIsForgotten() {
    Seeds.each(
        300,
        random -> {
          var offsets = new ReplayedOffsets();
          var model = new BitSet();
          long at = random.nextInt(3) * 1_000;
          int steps = random.nextInt(6_000);
          int widest = 1 + random.nextInt(random.nextBoolean() ? 3 : 400);
          for (int i = 0; i < steps; i++) {
            at += 1 + random.nextInt(widest);
            offsets.add(at);
            model.set((int) at);
          }
          var mark =
              new ReplayMark(
                  Uuid.randomUuid(), "a".repeat(36), STARTED, at + 1, ReplayCounts.NONE, offsets);

          String text = mark.encode();

          assertThat(text.length()).isLessThanOrEqualTo(CommitMetadata.MAX_CHARACTERS);
          var read = ReplayMark.decode(text);
          assertThat(read).isNotNull();
          for (int offset = model.nextSetBit(0);
              offset >= 0;
              offset = model.nextSetBit(offset + 1)) {
            assertThat(read.replayed().contains(offset)).isTrue();
          }
          assertThat(read.replayed().contains(at + 1)).isFalse();
          if (model.cardinality() < 500) {
            for (int offset = 0; offset <= at; offset++) {
              assertThat(read.replayed().contains(offset)).isEqualTo(model.get(offset));
            }
          }
        });
  }

  @Test
  void offsetsThatAreRepeatedOrComeOutOfOrderAreKeptAsOneRange() {
    var offsets = new ReplayedOffsets();
    for (long offset : new long[] {5, 3, 4, 9, 4, 5, 10, 8}) {
      offsets.add(offset);
    }

    assertThat(offsets).hasToString("{3=6, 8=11}");
    assertThat(offsets.contains(2)).isFalse();
    assertThat(offsets.contains(6)).isFalse();
  }

  @Test
  void causesBeyondTheMostAreCountedTogether() {
    var counts = ReplayCounts.NONE;
    for (int i = 0; i < 40; i++) {
      counts = counts.plus(ReplayCounts.of(ReplayCounts.Fate.Failed, "Refused " + (400 + i)));
    }

    assertThat(counts.matched()).isEqualTo(40);
    assertThat(counts.byCause()).hasSize(ReplayCounts.MOST_CAUSES + 1).containsEntry("Other", 30L);
  }
}
