package dev.kafkaapibridge.runtime.consume.deal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class WordTest {

  private static final Map<TopicPartition, Brings> KNOWN =
      Map.of(
          new TopicPartition("orders", 0), new Brings(12.5, 3_000_000),
          new TopicPartition("orders", 11), new Brings(0, 0),
          new TopicPartition("returns-ü", 7), new Brings(.25, 4));

  @Test
  void whatWasWrittenIsRead() {
    ByteBuffer said = Word.written(KNOWN);

    assertThat(Word.read(said)).isEqualTo(KNOWN);
    assertThat(Word.read(said)).as("read twice").isEqualTo(KNOWN);
    assertThat(Word.read(Word.written(Map.of()))).isEmpty();
  }

  @Test
  void aPartitionTakesTwelveBytes() {
    int one = Word.written(Map.of(new TopicPartition("orders", 0), new Brings(1, 1))).remaining();
    int two =
        Word.written(
                Map.of(
                    new TopicPartition("orders", 0), new Brings(1, 1),
                    new TopicPartition("orders", 1), new Brings(1, 1)))
            .remaining();

    assertThat(two - one).isEqualTo(12);
  }

  @Test
  void whatNobodyHasSaidOrCanReadSaysNothing() {
    ByteBuffer later = Word.written(KNOWN).put(0, (byte) 2);
    var negative = ByteBuffer.allocate(64).put((byte) 1).putShort((short) -5).putInt(9).flip();
    var endless = ByteBuffer.allocate(64).put((byte) 1).putShort((short) 0).putInt(1 << 30).flip();

    assertThat(Word.read(null)).isEmpty();
    assertThat(Word.read(ByteBuffer.allocate(0))).isEmpty();
    assertThat(Word.read(later)).isEmpty();
    assertThat(Word.read(negative)).isEmpty();
    assertThat(Word.read(endless)).isEmpty();
  }

  @Test
  void whatWasCutOffSaysNothing() {
    ByteBuffer whole = Word.written(Map.of(new TopicPartition("orders", 3), new Brings(2, 1)));
    for (int length = 0; length < whole.limit(); length++) {
      assertThat(Word.read(whole.duplicate().limit(length))).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void whatIsNoNumberSaysNothing() {
    ByteBuffer said = Word.written(Map.of(new TopicPartition("orders", 3), new Brings(2, 1)));
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1}) {
      assertThat(Word.read(said.putFloat(said.limit() - 4, odd))).as("%f", odd).isEmpty();
    }
  }
}
