package dev.kafkaapibridge.runtime.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LetterQueryTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  @Test
  void aListTakesFilters() throws Exception {
    assertThat(
            parse(
                "list -f /etc/b.yaml --since 90m --until 2026-11-29T11:00:00+01:00 --cause Refused --cause TooOld --status 422 --status - --limit 7"))
        .isEqualTo(
            new LetterQuery(
                new LetterQuery.What.Overview(),
                Path.of("/etc/b.yaml"),
                Path.of("/etc/refs"),
                Optional.of(Instant.parse("2026-11-29T10:30:00Z")),
                Optional.of(Instant.parse("2026-11-29T10:00:00Z")),
                Set.of("Refused", "TooOld"),
                Set.of("422", "-"),
                7));
  }

  @Test
  void oneIsNamedByItsPlace() throws Exception {
    assertThat(parse("show 3@17 -f b.yaml --refs r"))
        .extracting(LetterQuery::what, LetterQuery::refs)
        .containsExactly(new LetterQuery.What.One(3, 17), Path.of("r"));
    assertThat(parse("export -f b.yaml").what()).isEqualTo(new LetterQuery.What.Whole());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                           | dead-letters list, export or show, not ''
          drop -f b                    | not 'drop'
          list                         | -f FILE is missing
          list -f                      | -f needs a value
          list -f b --since yesterday  | --since takes a time such as 2026-11-01T00:00:00Z, or 90m ago, not yesterday
          list -f b --limit 0          | --limit takes a number from 1 on, not 0
          list -f b 0@17               | unknown option 0@17
          list -f b --commit           | unknown option --commit
          show -f b                    | show takes one PARTITION@OFFSET
          show -f b 17                 | show takes PARTITION@OFFSET, such as 0@17, not 17
          show -f b 0@17 --limit 2     | and no filter
          """)
  void whatIsNotUnderstoodIsSaid(String line, String sentence) {
    assertThatThrownBy(() -> parse(line)).hasMessageContaining(sentence);
  }

  @Test
  void aLetterIsTakenThatPassesEachFilter() throws Exception {
    Letter refused = letter("kab-cause", "Refused", "kab-status", "422", "kab-failed-at", at(10));
    assertThat(parse("list -f b --cause Refused --cause TooOld").takes(refused)).isTrue();
    assertThat(parse("list -f b --cause TooOld").takes(refused)).isFalse();
    assertThat(parse("list -f b --status 422 --cause TooOld").takes(refused)).isFalse();
    assertThat(parse("list -f b --since 2h").takes(refused)).as("to the instant").isTrue();
    assertThat(parse("list -f b --since 119m").takes(refused)).isFalse();
    assertThat(parse("list -f b --until 2h").takes(refused)).isFalse();
    assertThat(parse("list -f b --until 119m").takes(refused)).isTrue();
  }

  /** Its own time counts, which is 0 here. */
  @Test
  void whatSaysNothingOfItselfHasNoCause() throws Exception {
    Letter foreign = letter("kab-failed-at", "soon");
    assertThat(parse("list -f b").takes(foreign)).isTrue();
    assertThat(parse("list -f b --status -").takes(foreign)).isFalse();
    assertThat(parse("list -f b --until 2000-01-01T00:00:00Z").takes(foreign)).isTrue();
  }

  private static String at(int hour) {
    return "2026-11-29T%02d:00:00Z".formatted(hour);
  }

  private static Letter letter(String... headers) {
    var record = new ConsumerRecord<>("t", 0, 1, new byte[0], new byte[0]);
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
    }
    return new Letter(
        new ConsumerRecord<>(
            "t",
            0,
            1,
            0,
            org.apache.kafka.common.record.TimestampType.CREATE_TIME,
            0,
            0,
            new byte[0],
            new byte[0],
            record.headers(),
            Optional.empty()));
  }

  private static LetterQuery parse(String line) throws LetterQuery.Unusable {
    return LetterQuery.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")), NOW);
  }
}
