package dev.kafkaapibridge.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final List<Call> calls = new ArrayList<>();

  @Test
  void whatWasAcceptedOnceIsDelivered() {
    accepted("a", 0);
    accepted("b", 1);
    accepted("a", 2);

    assertThat(ledger(3)).isEqualTo(new Ledger(3, 3, 0, 0, 0, 0, 0));
    assertThat(ledger(3).kept()).isTrue();
  }

  @Test
  void whatWasNeverAcceptedIsLost() {
    accepted("a", 0);
    answered("b", 1, 503);

    assertThat(ledger(2).lost()).isEqualTo(1);
    assertThat(ledger(2).kept()).isFalse();
  }

  @Test
  void whatIsInTheDeadLetterTopicIsNotLost() {
    accepted("a", 0);
    answered("b", 1, 400);

    Ledger ledger = Ledger.of(first(2), calls, only(1));

    assertThat(ledger).isEqualTo(new Ledger(2, 1, 1, 0, 0, 0, 0));
  }

  @Test
  void aSecondAcceptanceIsADuplicateAndNotADisorder() {
    accepted("a", 0);
    accepted("a", 1);
    accepted("a", 0);
    accepted("a", 1);

    assertThat(ledger(2)).isEqualTo(new Ledger(2, 2, 0, 2, 0, 0, 0));
    assertThat(ledger(2).kept()).isTrue();
  }

  @Test
  void aDuplicateUnderAnotherKeyIsToldApart() {
    accepted("a", 0);
    calls.add(call("another-key", "a", 0, 200));

    assertThat(ledger(1).rekeyed()).isEqualTo(1);
    assertThat(ledger(1).kept()).isFalse();
  }

  @Test
  void aRecordThatOvertookAnotherOfItsKeyIsReordered() {
    accepted("a", 3);
    accepted("b", 1);
    accepted("a", 0);

    assertThat(ledger(4).reordered()).isEqualTo(1);
  }

  @Test
  void whateverTheOrderOfKeysNothingIsLostDuplicatedOrReordered() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var lanes = new ArrayList<List<Long>>();
    for (int lane = 0; lane < 5; lane++) {
      lanes.add(new ArrayList<>());
    }
    for (long sequence = 0; sequence < 200; sequence++) {
      lanes.get(random.nextInt(5)).add(sequence);
    }
    while (lanes.stream().anyMatch(lane -> !lane.isEmpty())) {
      int lane = random.nextInt(5);
      if (!lanes.get(lane).isEmpty()) {
        accepted("lane-" + lane, lanes.get(lane).removeFirst());
      }
    }
    assertThat(ledger(200)).as("seed %d", seed).isEqualTo(new Ledger(200, 200, 0, 0, 0, 0, 0));

    Collections.shuffle(calls, random);
    assertThat(ledger(200).lost()).as("seed %d", seed).isZero();
    assertThat(ledger(200).reordered()).as("seed %d", seed).isPositive();
  }

  @Test
  void recordsAreFoundInABodyWhateverStandsAroundThem() {
    assertThat(
            Call.recordsIn(
                "[{\"order\":\"a\",\"sequence\":1,\"x\":2},{\"order\": \"b\", \"sequence\": 7}]"))
        .containsExactly(new Call.Numbered("a", 1), new Call.Numbered("b", 7));
    assertThat(Call.recordsIn("hello")).isEmpty();
  }

  private void accepted(String key, long sequence) {
    answered(key, sequence, 200);
  }

  private void answered(String key, long sequence, int status) {
    calls.add(call("uuid-of-" + sequence, key, sequence, status));
  }

  private Call call(String idempotencyKey, String key, long sequence, int status) {
    return new Call(
        calls.size(),
        Instant.EPOCH,
        "POST",
        "/orders",
        idempotencyKey,
        1,
        Map.of(),
        "",
        List.of(new Call.Numbered(key, sequence)),
        status,
        status == 200);
  }

  private Ledger ledger(int sent) {
    return Ledger.of(first(sent), calls, new BitSet());
  }

  private static BitSet first(int count) {
    var bits = new BitSet();
    bits.set(0, count);
    return bits;
  }

  private static BitSet only(int sequence) {
    var bits = new BitSet();
    bits.set(sequence);
    return bits;
  }
}
