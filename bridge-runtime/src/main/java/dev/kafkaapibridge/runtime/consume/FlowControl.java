package dev.kafkaapibridge.runtime.consume;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which partitions fetch. Pure: what is under way in, the partitions to be paused out.
 * Paused partitions are polled all the same, so the group keeps the member; what bounds memory is
 * this window, in records and in bytes.
 *
 * @param maxRecords records under way in the whole process
 * @param maxBytes their bytes
 * @param maxRecordsOfPartition records under way of one partition, so that a slow one can't take
 *     the whole window; more where the window's share of a partition is more. Partitions that have
 *     nothing leave theirs to the others, but for the share of one that may come
 * @param mostRecordsOfPartition no more of one, however much of the window is free
 */
public record FlowControl(
    int maxRecords, long maxBytes, int maxRecordsOfPartition, int mostRecordsOfPartition) {

  FlowControl(int maxRecords, long maxBytes, int maxRecordsOfPartition) {
    this(maxRecords, maxBytes, maxRecordsOfPartition, Integer.MAX_VALUE);
  }

  /**
   * What is under way of one partition.
   *
   * @param isIdle nothing is, and nothing is known to be there to be read
   */
  public record Load(int records, long bytes, boolean isIdle) {
    Load(int records, long bytes) {
      this(records, bytes, false);
    }

    boolean fills(int maxRecords, long maxBytes) {
      return records >= maxRecords || bytes >= maxBytes;
    }
  }

  /**
   * What one poll may bring on top of a window that is not full yet.
   *
   * @param bytes of one answer of a broker
   * @param bytesOfPartition of it, for one partition; a batch that is larger comes alone
   * @param records of one poll
   */
  public record FetchSizes(int bytes, int bytesOfPartition, int records) {}

  /** Why a partition doesn't fetch. */
  public enum Pause {
    /** {@code spec.state} says so. */
    Paused,
    /** Nothing could be sent anyway: the circuit is open. */
    NothingCanBeSent,
    /** The process holds as many records or bytes as it may. */
    WindowFull,
    /** This partition holds as many records or bytes as one may. */
    PartitionWindowFull
  }

  /**
   * The window for a concurrency: enough records that lanes never wait for a poll.
   *
   * @param recordBytes what of the heap is for records; one more poll may bring a quarter on top
   */
  public static FlowControl of(int maxInFlight, long recordBytes) {
    return of(maxInFlight, 1, recordBytes);
  }

  /**
   * The same where a call takes several records: there are enough for some calls at once, and for
   * the next of one partition while one is under way.
   *
   * @param recordsOfCall the most that one takes
   */
  public static FlowControl of(int maxInFlight, int recordsOfCall, long recordBytes) {
    long calls = Math.max(maxInFlight * 16L, Math.min(maxInFlight, 32) * 2L * recordsOfCall);
    return new FlowControl(
        Math.clamp(calls, 1_000, 50_000),
        recordBytes,
        Math.max(Math.max(maxInFlight * 4, 250), recordsOfCall == 1 ? 0 : recordsOfCall * 2));
  }

  /**
   * The same with so few records of a partition under way that a commit can name all that ended
   * between them, with what one more poll brings on top.
   */
  public FlowControl whoseEndsFitACommit() {
    int most = CommitMetadata.SURE_TO_FIT / 2;
    return new FlowControl(maxRecords, maxBytes, Math.min(maxRecordsOfPartition, most), most);
  }

  /**
   * A quarter of the window's records at most. Bytes are much less: an answer lies on the heap as a
   * whole while it is taken apart, and large ones fill the old generation.
   */
  public FetchSizes fetchSizes() {
    int bytes = (int) Math.clamp(maxBytes / 16, 1 << 20, 8 << 20);
    int records = Math.clamp(maxRecords / 4, 100, 2_000);
    return new FetchSizes(
        bytes, Math.min(bytes, 1 << 20), Math.min(records, mostRecordsOfPartition / 2));
  }

  /**
   * The partitions that should be paused, and why. What is full goes on when a quarter of the
   * window is free again, or of the partition's own share: without that gap, partitions would pause
   * and resume with every record. No more than a quarter, for records that are stuck take room that
   * never comes back, and the others must go on beside them.
   *
   * @param loads each owned partition
   * @param paused those paused now
   * @param whyNone why nothing at all is to be fetched; empty: nothing speaks against it
   */
  public Map<TopicPartition, Pause> paused(
      Map<TopicPartition, Load> loads, Set<TopicPartition> paused, Optional<Pause> whyNone) {
    var pause = new HashMap<TopicPartition, Pause>();
    if (whyNone.isPresent()) {
      loads.keySet().forEach(partition -> pause.put(partition, whyNone.get()));
      return pause;
    }
    long records = 0;
    long bytes = 0;
    for (Load load : loads.values()) {
      records += load.records();
      bytes += load.bytes();
    }
    boolean full = records >= maxRecords || bytes >= maxBytes;
    boolean roomy = records < maxRecords / 4 * 3 && bytes < maxBytes / 4 * 3;
    int busy = (int) loads.values().stream().filter(load -> !load.isIdle()).count();
    int share = maxRecords / Math.max(1, Math.min(loads.size(), busy + 1));
    int recordsOfOne = Math.min(mostRecordsOfPartition, Math.max(maxRecordsOfPartition, share));
    long bytesOfOne = loads.size() <= 1 ? maxBytes : maxBytes / 2;
    for (var entry : loads.entrySet()) {
      Load own = entry.getValue();
      boolean wasPaused = paused.contains(entry.getKey());
      if (full || (wasPaused && !roomy)) {
        pause.put(entry.getKey(), Pause.WindowFull);
      } else if (own.fills(recordsOfOne, bytesOfOne)
          || (wasPaused
              && own.fills(recordsOfOne - recordsOfOne / 4, bytesOfOne - bytesOfOne / 4))) {
        pause.put(entry.getKey(), Pause.PartitionWindowFull);
      }
    }
    return pause;
  }
}
