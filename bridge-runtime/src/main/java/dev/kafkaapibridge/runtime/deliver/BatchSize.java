package dev.kafkaapibridge.runtime.deliver;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How large batches may be now: as the spec says, or smaller where the target has said that one was
 * too large (413) or took too long over it. Halves, and grows by an eighth with each full batch
 * that is accepted, a twentieth of the most at once; what was too large is remembered for ten
 * minutes, and the largest that is not is searched between. Safe for all lanes.
 */
public final class BatchSize {

  private static final long REMEMBERED = Duration.ofMinutes(10).toNanos();

  /**
   * What a batch may hold.
   *
   * @param bytes of its body; one record that has more goes alone
   */
  public record Room(int records, int bytes) {}

  /** One of the two limits. */
  private static final class Side {
    final int most;
    int limit;

    /** The largest that was accepted since one so large was last found too large. */
    int accepted;

    /** Known to be too large; {@code most + 1}: nothing is. */
    long tooLarge;

    long tooLargeUntil;

    Side(int most) {
      this.most = most;
      this.limit = most;
      this.tooLarge = most + 1L;
    }

    void shrink(int to) {
      limit = Math.clamp(to, 1, limit);
    }

    void tooLarge(int size, long now) {
      accepted = size <= accepted ? 0 : accepted;
      tooLarge = Math.min(size, most + 1L);
      tooLargeUntil = now + REMEMBERED;
      shrink(accepted == 0 ? size / 2 : (int) (((long) accepted + size) / 2));
    }

    void accepted(int size, long now) {
      accepted = Math.max(accepted, Math.min(size, most));
      if (tooLarge <= size || now - tooLargeUntil > 0) {
        tooLarge = most + 1L;
      }
      if (size >= limit && limit < most) {
        long step = tooLarge > most ? Math.min(most / 20, limit / 8) : (tooLarge - 1 - limit) / 2;
        long grown = limit + Math.max(1, step);
        limit = (int) Math.min(Math.min(grown, most), Math.max(1, tooLarge - 1));
      }
    }
  }

  private final Side records;
  private final Side bytes;
  private final LongSupplier nanoTime;
  private volatile Room room;

  public BatchSize(int maxRecords, int maxBytes, LongSupplier nanoTime) {
    this.records = new Side(maxRecords);
    this.bytes = new Side(maxBytes);
    this.nanoTime = nanoTime;
    this.room = new Room(maxRecords, maxBytes);
  }

  public Room room() {
    return room;
  }

  /**
   * The target has accepted one of this size.
   *
   * @param full it was sent because nothing fitted into it any more; its size in bytes may be just
   *     below the limit then
   */
  synchronized void accepted(int ofRecords, int ofBytes, boolean full) {
    long now = nanoTime.getAsLong();
    boolean byBytes = full && ofRecords < records.limit;
    records.accepted(ofRecords, now);
    bytes.accepted(byBytes ? Math.max(ofBytes, bytes.limit) : ofBytes, now);
    publish();
  }

  /** The target has refused one for its size. */
  synchronized void tooLarge(int ofRecords, int ofBytes) {
    long now = nanoTime.getAsLong();
    boolean recordsMayBe = ofRecords > records.accepted;
    boolean bytesMayBe = ofBytes > bytes.accepted;
    if (recordsMayBe || !bytesMayBe) {
      records.tooLarge(ofRecords, now);
    }
    if (bytesMayBe || !recordsMayBe) {
      bytes.tooLarge(ofBytes, now);
    }
    publish();
  }

  /** The target took too long over one of this size. */
  synchronized void tooSlow(int ofRecords, int ofBytes) {
    // Those that were sent before the limit was lowered say nothing against the lower one.
    if (ofRecords * 2L > records.limit || ofBytes * 2L > bytes.limit) {
      records.shrink(ofRecords / 2);
      bytes.shrink(ofBytes / 2);
      publish();
    }
  }

  private void publish() {
    room = new Room(records.limit, bytes.limit);
  }
}
