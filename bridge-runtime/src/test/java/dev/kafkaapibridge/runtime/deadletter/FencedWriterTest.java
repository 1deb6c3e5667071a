package dev.kafkaapibridge.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deadletter.FencedWrite.State;
import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FencedWriterTest {

  private static final String TOO_LARGE = "x".repeat(PretendedGroup.LARGEST + 1);

  private final Assignment assignment = Records.assignment("orders", 0);
  private static final Map<TopicPartition, OffsetAndMetadata> COMMITTED =
      Map.of(
          new TopicPartition("orders", 0), new OffsetAndMetadata(7),
          new TopicPartition("orders", 1), new OffsetAndMetadata(8));

  private PretendedGroup group = group();
  private final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();
  private FencedWriter writer = writer(Duration.ofSeconds(20));

  @AfterEach
  void end() {
    writer.close();
    lanes.shutdownNow();
  }

  @Test
  void allThatWaitGoInOneTransaction() throws Exception {
    List<Future<State.End>> written = together("a", "b", "c");

    for (Future<State.End> each : written) {
      assertThat(each.get()).isInstanceOf(State.Written.class);
    }
    assertThat(group.committed).hasSize(2);
    assertThat(group.committed.getLast()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(group.offsets.getLast())
        .as("what is committed of their partition stands")
        .isEqualTo(Map.of(new TopicPartition("orders", 0), new OffsetAndMetadata(7)));
  }

  @Test
  void whoseAssignmentEndsBeforeItsRoundIsNotWritten() throws Exception {
    Assignment lost = Records.assignment("orders", 1);
    group.mayBegin.drainPermits();
    Future<State.End> first = write("first", assignment);
    await().until(group.mayBegin::hasQueuedThreads);
    Future<State.End> ofTheLost = write("lost", lost);
    Future<State.End> kept = write("kept", assignment);

    lost.end();
    assertThat(ofTheLost.get(5, TimeUnit.SECONDS))
        .as("at once, not when its turn comes")
        .isInstanceOf(State.Over.class);
    group.mayBegin.release(2);

    assertThat(first.get()).isInstanceOf(State.Written.class);
    assertThat(kept.get()).isInstanceOf(State.Written.class);
    assertThat(group.committed).containsExactly(List.of("first"), List.of("kept"));
  }

  /** Were it asked the other way round, the group would agree to what has been lost meanwhile. */
  @Test
  void theMembershipIsOfBeforeTheLookAtTheAssignment() throws Exception {
    writer.close();
    writer =
        new FencedWriter(
            new Transactions(group::producer, group.standing),
            "g",
            () -> {
              assignment.end(); // the poll loop loses it before it says which member it is now
              return group.standing.membership();
            },
            Duration.ofSeconds(20));

    assertThat(write("a", assignment).get(5, TimeUnit.SECONDS)).isInstanceOf(State.Over.class);
    writer.close();

    assertThat(group.committed).isEmpty();
  }

  @Test
  void whatAnOldGenerationWroteIsWrittenByTheNext() throws Exception {
    group.generation = 2;
    Future<State.End> write = write("a", assignment);
    await().until(() -> !group.aborted.isEmpty());
    assertThat(write.isDone()).isFalse();
    assertThat(group.committed).isEmpty();

    group.standing.isMember(PretendedGroup.member(2));

    assertThat(write.get(5, TimeUnit.SECONDS)).isInstanceOf(State.Written.class);
    assertThat(group.committed).containsExactly(List.of("a"));
  }

  @Test
  void aZombieTriesUntilItKnowsThatItHasLost() throws Exception {
    writer.close();
    writer = writer(Duration.ofMillis(1500));
    group.generation = 2;
    Future<State.End> write = write("a", assignment);
    await().until(() -> group.aborted.size() >= 3);
    assertThat(write.isDone()).as("patience begins anew with each refusal").isFalse();

    assignment.end();

    assertThat(write.get(5, TimeUnit.SECONDS)).isInstanceOf(State.Over.class);
    assertThat(group.committed).isEmpty();
  }

  @Test
  void nobodyIsWrittenBeforeThereIsAMembership() throws Exception {
    writer.close();
    var stranger = new PretendedGroup();
    stranger.standing.hasCommitted(COMMITTED);
    group = stranger;
    writer = writer(Duration.ofSeconds(20));
    Future<State.End> write = write("a", assignment);
    Thread.sleep(200);
    assertThat(group.producers).isEmpty();

    group.standing.isMember(PretendedGroup.member(1));

    assertThat(write.get(5, TimeUnit.SECONDS)).isInstanceOf(State.Written.class);
  }

  @Test
  void onlyTheRecordThatIsTooLargeFails() throws Exception {
    List<Future<State.End>> written = together("a", "b", TOO_LARGE, "c", TOO_LARGE, "d");

    for (int i : List.of(0, 1, 3, 5)) {
      assertThat(written.get(i).get()).isInstanceOf(State.Written.class);
    }
    for (int i : List.of(2, 4)) {
      assertThat(written.get(i).get())
          .isInstanceOfSatisfying(
              State.NotWritten.class,
              failed -> assertThat(failed.why()).isInstanceOf(RecordTooLargeException.class));
    }
    assertThat(group.committed.stream().flatMap(List::stream))
        .as("each of the good ones, once")
        .containsExactlyInAnyOrder("first", "a", "b", "c", "d");
  }

  @Test
  void whereNobodyKnowsWhetherItIsWrittenTheAssignmentEnds() throws Exception {
    assertThat(write("a", assignment).get()).isInstanceOf(State.Written.class);
    group.producers.getFirst().fenced = true;

    assertThat(write("b", assignment).get()).isInstanceOf(State.Over.class);

    assertThat(assignment.hasEnded()).isTrue();
    assertThat(group.producers.getFirst().closed()).isTrue();
    Assignment next = Records.assignment("orders", 0);
    assertThat(write("c", next).get()).as("by another producer").isInstanceOf(State.Written.class);
    assertThat(group.committed).containsExactly(List.of("a"), List.of("c"));
  }

  @Test
  void beforeAnythingIsCommittedOfAPartitionItWaits() throws Exception {
    Assignment fresh = Records.assignment("orders", 9);
    Future<State.End> write = write("a", fresh);
    assertThat(write("b", assignment).get())
        .as("nobody else does")
        .isInstanceOf(State.Written.class);
    assertThat(write.isDone()).isFalse();

    group.standing.hasCommitted(Map.of(new TopicPartition("orders", 9), new OffsetAndMetadata(1)));

    assertThat(write.get(5, TimeUnit.SECONDS)).isInstanceOf(State.Written.class);
  }

  /** A partition that this process owns anew is of the same generation. */
  @Test
  void whoseAssignmentEndsDuringItsRoundIsNotWritten() throws Exception {
    var turn = group.standing.take(Duration.ZERO).orElseThrow();
    var commits = new CompletableFuture<State.End>();
    Thread.ofPlatform()
        .start(() -> {
          try {
            commits.complete(writer.write(record("a"), assignment));
          } catch (InterruptedException e) {
            commits.completeExceptionally(e);
          }
        });
    await().until(() -> !group.producers.isEmpty() && writer.waiting() == 0);
    Thread.sleep(100);
    assignment.end();
    turn.close();

    assertThat(commits.get(10, TimeUnit.SECONDS)).isInstanceOf(State.Over.class);
    assertThat(group.committed).isEmpty();
  }

  private static PretendedGroup group() {
    var group = new PretendedGroup();
    group.standing.isMember(PretendedGroup.member(1));
    group.standing.hasCommitted(COMMITTED);
    return group;
  }

  @Test
  void aRightThatIsMissingIsSaidAtOnce() throws Exception {
    group.initFails = new TransactionalIdAuthorizationException("no");

    assertThat(write("a", assignment).get(5, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            State.NotWritten.class,
            failed ->
                assertThat(failed.why()).isInstanceOf(TransactionalIdAuthorizationException.class));
  }

  @Test
  void whoCannotBeReachedIsSaidInTheEnd() throws Exception {
    writer.close();
    writer = writer(Duration.ofSeconds(2));
    group.initFails = new TimeoutException("no coordinator");

    assertThat(write("a", assignment).get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            State.NotWritten.class,
            failed -> assertThat(failed.why()).hasMessage("no coordinator"));
  }

  @Test
  void whoeverWaitsWhenItClosesIsInterrupted() throws Exception {
    group.mayBegin.drainPermits();
    Future<State.End> begun = write("a", assignment);
    await().until(group.mayBegin::hasQueuedThreads);
    Future<State.End> waiting = write("b", assignment);
    await().until(() -> writer.waiting() == 1);
    var closing = lanes.submit(() -> writer.close());

    assertThat(begun.get(5, TimeUnit.SECONDS)).isInstanceOf(State.Over.class);
    assertThat(waiting.get(5, TimeUnit.SECONDS)).isInstanceOf(State.Over.class);
    closing.get(5, TimeUnit.SECONDS);
    assertThatThrownBy(() -> writer.write(record("c"), assignment))
        .isInstanceOf(InterruptedException.class);
    group.mayBegin.release();
  }

  /** All of them wait while another transaction is under way. */
  private List<Future<State.End>> together(String... values) throws Exception {
    group.mayBegin.drainPermits();
    Future<State.End> first = write("first", assignment);
    await().until(group.mayBegin::hasQueuedThreads);
    var writes = new ArrayList<Future<State.End>>();
    for (String value : values) {
      writes.add(write(value, assignment));
    }
    await().until(() -> writer.waiting() == values.length);
    group.mayBegin.release(1000);
    assertThat(first.get()).isInstanceOf(State.Written.class);
    return writes;
  }

  private Future<State.End> write(String value, Assignment assignment) {
    return lanes.submit(() -> writer.write(record(value), assignment));
  }

  private static ProducerRecord<byte[], byte[]> record(String value) {
    return new ProducerRecord<>("g.retry.1", 0, null, null, value.getBytes(UTF_8));
  }

  private FencedWriter writer(Duration patience) {
    return new FencedWriter(
        new Transactions(group::producer, group.standing),
        "g",
        group.standing::membership,
        patience);
  }
}
