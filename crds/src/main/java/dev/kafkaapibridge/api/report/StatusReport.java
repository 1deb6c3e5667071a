package dev.kafkaapibridge.api.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a pod to {@code GET /status}, version 1. A frozen contract: fields are only ever
 * added, a reader ignores what it doesn't know and takes an absent figure as unknown, never as
 * zero. Counters run from the start of the process. Times are RFC 3339 in UTC.
 *
 * @param version 1
 * @param runtimeVersion version of the runtime, for example 0.1.0
 * @param specHash hash of the spec that this process runs ({@link SpecHash})
 * @param processStartedAt when this process started
 * @param reportedAt when this report was made
 * @param state where the process is in its life
 * @param ready whether {@code /readyz} says yes, and if not, why
 * @param kafka the consumer's side
 * @param target the API's side
 * @param deadLetter the dead-letter topic's side
 * @param references each Secret and ConfigMap key that the spec names
 * @param records how records ended
 * @param held records that hold up their lane for something other than the whole target, those that
 *     are held longest first, at most 20; absent in reports of an older runtime
 * @param paused whether {@code spec.state} Paused has come into force: nothing is fetched, and no
 *     call is under way nor begins; absent in reports of an older runtime
 * @param cpuMillis CPU time that the process has used; absent where the system does not tell it,
 *     and in reports of an older runtime
 * @param answers the side of the topic for answers; absent without {@code spec.response}, and in
 *     reports of an older runtime
 * @param replay the replay that the pod's file asks for; absent while it asks for none, and in
 *     reports of an older runtime
 * @param retry what waits in retry topics; absent without {@code retry.mode: Topics}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StatusReport(
    int version,
    String runtimeVersion,
    String specHash,
    String processStartedAt,
    String reportedAt,
    State state,
    Health ready,
    Kafka kafka,
    Target target,
    DeadLetter deadLetter,
    List<Reference> references,
    Records records,
    @Nullable List<HeldRecord> held,
    @Nullable Boolean paused,
    @Nullable Long cpuMillis,
    @Nullable Answers answers,
    @Nullable Replay replay,
    @Nullable Retry retry) {

  public static final int VERSION = 1;

  public enum State {
    Starting,
    Running,
    Draining
  }

  /**
   * @param ok whether all is well here
   * @param reason CamelCase reason of the condition that this decides, for example {@code
   *     BootstrapUnreachable}
   * @param message a sentence with the fix; never a credential, a payload or a whole URL
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Health(boolean ok, String reason, String message) {}

  /**
   * @param health reasons of the condition KafkaConnected
   * @param group consumer group
   * @param clusterID id of the cluster that was reached; absent while none was
   * @param startedAt when the bridge's start position was committed; absent while it was not
   * @param generation generation of the consumer group as this member knows it; absent while it is
   *     no member
   * @param topics number of source topics; absent while unknown
   * @param partitionCount number of partitions of all source topics together, whoever owns them;
   *     absent while unknown, and in reports of an older runtime
   * @param partitions the partitions that this pod owns
   * @param positionResets the last partitions that did not go on where the group has committed, at
   *     most 20, the newest at the end; absent in reports of an older runtime
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Kafka(
      Health health,
      String group,
      @Nullable String clusterID,
      @Nullable String startedAt,
      @Nullable Integer generation,
      @Nullable Integer topics,
      @Nullable Integer partitionCount,
      List<Partition> partitions,
      @Nullable List<PositionReset> positionResets) {}

  /**
   * A partition did not go on where the group has committed.
   *
   * @param at when
   * @param reason NoCommittedOffset (a new partition, or its offset has expired), TopicMadeAgain,
   *     LogTruncated, or OffsetOutOfRange (retention has removed the next record)
   * @param from where it should have gone on; absent where that isn't known
   * @param to where it goes on
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PositionReset(
      String at, String reason, String topic, int partition, @Nullable Long from, long to) {}

  /**
   * @param committed offset that the group has committed; absent while none
   * @param end end offset (of the last stable record for ReadCommitted), asked for every 2 s;
   *     absent while unknown
   * @param lag end minus the position that could be committed; absent while unknown
   * @param unfinished records taken from Kafka that have not ended
   * @param paused whether fetching is paused
   * @param pauseReason WindowFull (the process holds as many records or bytes as it may),
   *     PartitionWindowFull (this partition does), NothingCanBeSent (the circuit is open), NotDue
   *     (the next record of a retry topic waits for its time) or PositionUnknown (where to go on
   *     isn't known, or the position is gone); absent while not paused
   * @param pausedSince since when; absent while not paused
   * @param heldBy offset of the first record that has not ended: nothing beyond it is committed;
   *     absent where none is under way
   * @param heldSince since when it is the first, give or take a second; absent where none is under
   *     way
   * @param endAt when {@code end} was asked for; absent while unknown, and in reports of an older
   *     runtime
   * @param backlog records that have not ended: {@code unfinished} and those that were not taken
   *     from Kafka yet. Unlike {@code lag} it does not count what has ended behind one that has
   *     not; absent while unknown, and in reports of an older runtime
   * @param dueAt when the next record is worked on, in a retry topic; absent where none waits for
   *     its time
   * @param due in a retry topic, about so many of {@code backlog} whose time has come; absent
   *     elsewhere, while unknown, and in reports of an older runtime
   * @param oldestAt in a retry topic, when the first record that has not ended was written there;
   *     absent likewise, and where there is none
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Partition(
      String topic,
      int partition,
      @Nullable Long committed,
      @Nullable Long end,
      @Nullable Long lag,
      int unfinished,
      boolean paused,
      @Nullable String pauseReason,
      @Nullable String pausedSince,
      @Nullable Long heldBy,
      @Nullable String heldSince,
      @Nullable String endAt,
      @Nullable Long backlog,
      @Nullable String dueAt,
      @Nullable Long due,
      @Nullable String oldestAt) {}

  /**
   * @param health reasons of the condition TargetHealthy
   * @param endpoint scheme, host and port
   * @param circuit Closed, Open or HalfOpen
   * @param gateClosedUntil when a Retry-After lets sends go on; absent while the gate is open
   * @param inFlight calls under way
   * @param requests calls sent
   * @param accepted calls that the target accepted
   * @param rateLimited calls answered "slow down" that was not meant for one key alone
   * @param failed calls that failed for the target's sake
   * @param misconfigured calls refused for the configuration's sake
   * @param refused calls whose record was refused
   * @param lastError the last answer that was not an acceptance, short and clean; absent where
   *     there was none
   * @param limitedMillis how long calls stood still for {@code delivery.rateLimit}, as time passes
   *     and not for each call; absent in reports of an older runtime
   * @param slowedMillis the same, since the target asked to slow down
   * @param busyMillis what all calls together have taken that have ended, from sending to the end
   *     of the answer; absent in reports of an older runtime
   * @param slots calls that may be under way at once: {@code delivery.maxInFlight}, or less where
   *     memory does not hold so many or the target was found to take fewer; absent in reports of an
   *     older runtime
   * @param pacedMillis the same, for the rate that was learned or that the target advertises
   * @param learnedRate calls a second that this pod was found to may make; absent where none was
   *     learned
   * @param paceMode Open (no rate), Hold (stays below the target's limit) or Probe (looks whether
   *     there is more); absent where nothing is to be learned
   * @param advertisedLimit calls a second that the target says it allows all its callers; absent
   *     where it doesn't say
   * @param batch sizes of batches; absent without {@code delivery.batch}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Target(
      Health health,
      String endpoint,
      String circuit,
      @Nullable String gateClosedUntil,
      int inFlight,
      long requests,
      long accepted,
      long rateLimited,
      long failed,
      long misconfigured,
      long refused,
      @Nullable String lastError,
      @Nullable Long limitedMillis,
      @Nullable Long slowedMillis,
      @Nullable Long busyMillis,
      @Nullable Integer slots,
      @Nullable Long pacedMillis,
      @Nullable Double learnedRate,
      @Nullable String paceMode,
      @Nullable Double advertisedLimit,
      @Nullable Batches batch) {}

  /**
   * @param maxRecords records that a batch may have now: as the spec says, or what the target was
   *     found to take
   * @param maxBytes the same of its body
   * @param answered batches that were answered since the start of the process
   * @param records in them together
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Batches(int maxRecords, int maxBytes, long answered, long records) {}

  /**
   * @param health reasons of the condition DeadLetterReady
   * @param topic name of the topic; absent where none is used
   * @param records records written to it
   * @param depth records that lie in it now, whoever wrote them; absent while unknown, and in
   *     reports of an older runtime
   * @param oldestAt time of the oldest of them; absent where there is none, and while unknown
   * @param causes what this process has written records for, the most frequent first, at most 5;
   *     absent in reports of an older runtime
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record DeadLetter(
      Health health,
      @Nullable String topic,
      long records,
      @Nullable Long depth,
      @Nullable String oldestAt,
      @Nullable List<LetterCause> causes) {}

  /**
   * @param cause Refused, AttemptsExhausted, TooOld or CircuitOpen
   * @param status HTTP status or gRPC code of the last call; "-" where there was no answer
   * @param reason one word, or what the response rule that decided calls itself
   * @param records so many
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LetterCause(String cause, String status, String reason, long records) {}

  /**
   * @param health reasons of the condition AnswersReady
   * @param topic name of the topic
   * @param records answers written to it
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Answers(Health health, String topic, long records) {}

  /**
   * @param health reasons of the condition RetryTopicsReady
   * @param topics in the order in which records pass through them
   * @param records records put aside since the start of the process
   * @param partitions the partitions of them that this pod owns
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Retry(
      Health health, List<RetryTopic> topics, long records, List<Partition> partitions) {}

  /**
   * @param delayMillis how long a record stays there at least
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RetryTopic(String topic, long delayMillis) {}

  /**
   * @param kind Secret, ConfigMap, or SchemaRegistry
   * @param name name of the object; of a registry scheme, host and port
   * @param key key in it; of a registry the schema that it could not tell, else empty
   * @param field the field of the spec that names it
   * @param state of a SchemaRegistry Found, or why it could not tell a schema that is needed:
   *     Unreachable, AuthenticationFailed, CredentialsMissing, TLSFailed, AddressDenied, Failing,
   *     InvalidAnswer, InvalidSchema, SubjectNotFound; of others Found, ObjectNotFound,
   *     KeyNotFound, or Invalid: it holds no certificates, no private key, or no JSON Schema, and
   *     is to
   * @param takenUpAt when this process took up changed content last; absent while it has what it
   *     had at first, and in reports of an older runtime
   * @param expiresAt when the first certificate of a client's chain ends, or the last of the
   *     authorities that a file holds; absent where it holds none, or was never read
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Reference(
      String kind,
      String name,
      String key,
      String field,
      String state,
      @Nullable String takenUpAt,
      @Nullable String expiresAt) {}

  /**
   * @param why Blocked (onRefused or onExhausted says so: somebody decides), LaneLimited (the
   *     target limits this key alone), LaneForbidden (it says of this key alone that the call may
   *     not be made), DeadLetterFails (its dead letter can't be written), AnswerFails (what the API
   *     answered can't be written to its topic), RetryTopicFails (the retry topic that is to have
   *     it can't be written) or SchemaMissing (the registry has not told its schema)
   * @param reason one word: what the target or the broker said
   * @param since when it began
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record HeldRecord(
      String topic, int partition, long offset, String why, String reason, String since) {}

  /**
   * A replay, as this process knows it. Its figures do not begin anew with the process: they are
   * committed with the replay's offsets. They are of sense where the phase is Running or Finished.
   *
   * @param uid of the KafkaApiBridgeReplay
   * @param phase Joining (it is not known yet who runs it), StandingBy (another pod does), Running,
   *     Finished or Failed
   * @param reason one word: the phase, or what stands in the way
   * @param message a sentence; may be empty
   * @param matched records in the window that pass the filter, as far as it has read
   * @param skipped records in the window that don't, or that are not this bridge's
   * @param unjudged those of them to which the filter could not be applied
   * @param alreadyReplayed those that matched and were passed over, for an earlier replay has
   *     replayed them
   * @param replayed records that the destination has accepted
   * @param failed records that failed again
   * @param remaining records that are still to be read or to end
   * @param byCause those that matched, by cause and status of their dead letters, the largest first
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Replay(
      String name,
      String uid,
      String phase,
      String reason,
      String message,
      long matched,
      long skipped,
      long unjudged,
      long alreadyReplayed,
      long replayed,
      long failed,
      long remaining,
      List<Cause> byCause) {}

  /** How many records for one cause. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Cause(String cause, long count) {}

  /** How records ended since the start of the process. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Records(
      long polled,
      long delivered,
      long deadLettered,
      long discarded,
      long skipped,
      long interrupted) {}
}
