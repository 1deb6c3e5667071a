package dev.kafkaapibridge.runtime.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LetterJsonTest {

  private final RecordHeaders headers = new RecordHeaders();

  @Test
  void aLineIsWhatAPersonChoosesBy() {
    put("kab-cause", "Refused");
    put("kab-status", "422");
    put("kab-reason", "Refused");
    put("kab-message", "the target answered 422");
    put("kab-attempts", "3");
    put("kab-first-attempt-at", "2026-11-29T10:00:00.000Z");
    put("kab-failed-at", "2026-11-29T10:00:07Z");
    put("kab-generation", "1");
    put("kab-topic", "orders");
    put("kab-partition", "4");
    put("kab-offset", "99");
    put("kab-timestamp", "1764410400000");

    assertThat(LetterJson.line(letter("k-1".getBytes(UTF_8), new byte[] {1})))
        .isEqualTo(
            "{\"topic\":\"shop.dlt\",\"partition\":2,\"offset\":17,\"key\":\"k-1\",\"cause\":\"Refused\",\"status\":\"422\",\"reason\":\"Refused\",\"message\":\"the target answered 422\",\"attempts\":3,\"firstAttemptAt\":\"2026-11-29T10:00:00.000Z\",\"failedAt\":\"2026-11-29T10:00:07Z\",\"generation\":1,\"origin\":{\"topic\":\"orders\",\"partition\":4,\"offset\":99,\"timestamp\":1764410400000}}");
  }

  @Test
  void whatIsMissingOrDamagedIsNull() {
    put("kab-attempts", "many");
    headers.add("kab-status", null);
    assertThat(LetterJson.line(letter(null, null)))
        .contains(
            "\"key\":null",
            "\"status\":null",
            "\"attempts\":null",
            "\"failedAt\":\"1970-01-01T00:00:05Z\"",
            "\"origin\":{\"topic\":null,\"partition\":null,\"offset\":null,\"timestamp\":null}");
  }

  /** Zo\u00eb is text; bytes that are no UTF-8, or steer a terminal, are base64. */
  @Test
  void bytesAreTextWhereTheyCanBeShown() {
    headers.add("own", "Zo\u00eb\n".getBytes(UTF_8));
    headers.add("own", new byte[] {(byte) 0xFF});
    assertThat(LetterJson.whole(letter(new byte[] {(byte) 0xC3}, "\u009b2J".getBytes(UTF_8))))
        .contains(
            "\"keyBase64\":\"ww==\"",
            "\"headers\":[{\"name\":\"own\",\"value\":\"Zo\u00eb\\n\"},{\"name\":\"own\",\"valueBase64\":\"/w==\"}]",
            "\"valueBase64\":\"wpsySg==\"}")
        .doesNotContain("\n");
    assertThat(LetterJson.page(letter(null, null)).lines()).hasSizeGreaterThan(20);
  }

  @Test
  void whatAnybodyMayWriteDoesNotSteerATerminal() {
    put("kab-message", "a\u009b2Jb\u202ec");
    put("own\u009b", "x");
    assertThat(LetterJson.whole(letter(null, null)))
        .contains("\"message\":\"a\uFFFD2Jb\uFFFDc\"", "\"name\":\"own\uFFFD\"");
  }

  private void put(String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }

  private Letter letter(byte[] key, byte[] value) {
    return new Letter(
        new ConsumerRecord<>(
            "shop.dlt",
            2,
            17,
            5_000,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            value,
            headers,
            Optional.empty()));
  }
}
