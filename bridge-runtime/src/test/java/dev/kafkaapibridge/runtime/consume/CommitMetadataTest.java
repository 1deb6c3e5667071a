package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommitMetadataTest {

  private static final Uuid TOPIC = Uuid.fromString("AAAAAAAAAAEAAAAAAAAAAg");

  @Test
  void theTextIsTheOneThatTheContractShows() {
    var ended = new OffsetRanges(new long[] {101, 102, 105, 305});

    assertThat(new CommitMetadata(TOPIC, 7, ended, null, null).encode(100).text())
        .isEqualTo("kab1;t=AAAAAAAAAAEAAAAAAAAAAg;e=7;f=AQEDyAE");
    assertThat(new CommitMetadata(TOPIC, 7, ended, "AAw", null).encode(100).text())
        .isEqualTo("kab1;t=AAAAAAAAAAEAAAAAAAAAAg;e=7;q=AAw;f=AQEDyAE");
    assertThat(new CommitMetadata(TOPIC, 7, ended, null, "AaDMqtgGqMMB").encode(100).text())
        .isEqualTo("kab1;t=AAAAAAAAAAEAAAAAAAAAAg;e=7;r=AaDMqtgGqMMB;f=AQEDyAE");
    assertThat(new CommitMetadata(TOPIC, -1, OffsetRanges.NONE, null, null).encode(100).text())
        .isEqualTo("kab1;t=AAAAAAAAAAEAAAAAAAAAAg;e=-1");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Seeds.each(
        5_000,
        random -> {
          long committed = random.nextLong(1L << random.nextInt(1, 60));
          var ranges = new OffsetRanges.Builder();
          long at = committed;
          for (int i = random.nextInt(50); i > 0; i--) {
            long from = at + random.nextLong(1, 1L << random.nextInt(1, 20));
            at = from + random.nextLong(1, 1L << random.nextInt(1, 20));
            ranges.add(from, at);
          }
          String account = random.nextBoolean() ? null : "AAw";
          String rate = random.nextBoolean() ? null : "AaDMqtgGqMMB";
          var metadata =
              new CommitMetadata(TOPIC, random.nextInt(-1, 100), ranges.build(), account, rate);

          assertThat(CommitMetadata.decode(committed, metadata.encode(committed).text()))
              .isEqualTo(metadata);
        });
  }

  @Test
  void whatDoesNotFitIsLeftOutAndCounted() {
    var ranges = new OffsetRanges.Builder();
    for (long offset = 1; offset < 100_000; offset += 3) {
      ranges.add(offset);
    }
    OffsetRanges all = ranges.build();

    CommitMetadata.Text text =
        new CommitMetadata(TOPIC, 3, all, "A".repeat(300), "A".repeat(14)).encode(0);

    assertThat(text.text().length()).isBetween(4_000, CommitMetadata.MAX_CHARACTERS);
    CommitMetadata read = CommitMetadata.decode(0, text.text());
    assertThat(read.ended()).isEqualTo(all.first(read.ended().size()));
    assertThat(text.leftOut()).isEqualTo(all.size() - read.ended().size()).isPositive();
  }

  @Test
  void soManyRangesFitWithTheLongestRuns() {
    var ranges = new OffsetRanges.Builder();
    long at = 0;
    for (int i = 0; i < CommitMetadata.SURE_TO_FIT; i++) {
      long from = at + (1 << 21) - 1;
      at = from + (1 << 28) - 1;
      ranges.add(from, at);
    }
    var full =
        new CommitMetadata(
            TOPIC, Integer.MAX_VALUE, ranges.build(), "A".repeat(150), "A".repeat(150));
    assertThat(full.encode(0).leftOut()).isZero();
  }

  @Test
  void sectionsOfLaterVersionsArePassedOver() {
    assertThat(CommitMetadata.decode(100, "kab1;t=AAAAAAAAAAEAAAAAAAAAAg;x=12.5;e=7;f=AQE"))
        .isEqualTo(
            new CommitMetadata(TOPIC, 7, new OffsetRanges(new long[] {101, 102}), null, null));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "somebody else's",
        "kab2;t=AAAA",
        "kab1;t=!!",
        "kab1;e=x",
        "kab1;f=AQ",
        "kab1;f=gICAgICAgICAgA",
        "kab1;f=*"
      })
  void whatIsNotOursMeansThatNothingIsKnown(String text) {
    assertThat(CommitMetadata.decode(100, text)).isNull();
  }

  @Test
  void noTextMakesItThrow() {
    Seeds.each(
        20_000,
        random -> {
          var text = new StringBuilder("kab1;");
          for (int i = random.nextInt(30); i > 0; i--) {
            text.append("tefq=;-_AZaz09 ".charAt(random.nextInt(15)));
          }
          var ignored = CommitMetadata.decode(random.nextLong(1L << 40), text.toString());
        });
  }
}
