package dev.kafkaapibridge.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class SourceRecordTest {

  private final Assignment assignment = Records.assignment("orders", 0);

  @Test
  void headersTakeRoomToo() {
    var headers = new RecordHeaders();
    headers.add("trace", new byte[100_000]);
    headers.add("nothing", null);

    assertThat(bytes(headers) - bytes(new RecordHeaders())).isBetween(100_000, 101_000);
  }

  private int bytes(RecordHeaders headers) {
    return Records.record(assignment, 0, "key", "value", headers).bytes();
  }
}
