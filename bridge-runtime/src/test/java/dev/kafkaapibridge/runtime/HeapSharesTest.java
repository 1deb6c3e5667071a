package dev.kafkaapibridge.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeapSharesTest {

  private static final long MIB = 1024 * 1024;

  @ParameterizedTest
  @CsvSource({
    // heap in MiB, calls at once, MiB for records
    "102, 1269, 12", // a container of 256 MiB
    "166, 2580, 25",
    "281, 4935, 48", // of 512 MiB
    "563, 10711, 104", // of 1 GiB
    "16, 81, 0", // less than the program itself takes: as much as may just work
  })
  void fromTheHeapFollowsWhatMayBeUnderWay(long heap, int calls, long records) {
    HeapShares shares = HeapShares.of(heap * MIB);

    assertThat(shares.calls()).isEqualTo(calls);
    assertThat(shares.recordBytes() / MIB).isEqualTo(records);
  }

  @Test
  void callsWithABufferAreFewer() {
    assertThat(HeapShares.of(102 * MIB).callsWith(60 * 1024)).isEqualTo(1269 / 4);
    assertThat(HeapShares.of(1).callsWith(60 * 1024)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {64, 102, 256, 1024, 65_536})
  void callsAndRecordsTogetherLeaveRoom(long heap) {
    HeapShares shares = HeapShares.of(heap * MIB);

    assertThat(shares.calls() * 20L * 1024 + shares.recordBytes()).isLessThan(heap * MIB * 2 / 3);
  }
}
