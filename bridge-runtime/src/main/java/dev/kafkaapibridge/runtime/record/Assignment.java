package dev.kafkaapibridge.runtime.record;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;

/**
 * One period in which this process owns a partition. Made by the poll loop, and ended by it, or by
 * a write whose end nobody knows; lanes look at it before each send and wait on it, so that a
 * revocation ends every wait at once. A partition that comes back is another assignment: what an
 * old one leaves behind can't be mistaken for the new one's.
 */
public final class Assignment {

  private final TopicPartition partition;
  private final SendFence fence;
  private final boolean replay;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Set<Thread> parked = ConcurrentHashMap.newKeySet();

  public Assignment(TopicPartition partition, SendFence fence) {
    this(partition, fence, false);
  }

  private Assignment(TopicPartition partition, SendFence fence, boolean replay) {
    this.partition = partition;
    this.fence = fence;
    this.replay = replay;
  }

  /** To a member of the replays' group. */
  public static Assignment ofReplay(TopicPartition partition, SendFence fence) {
    return new Assignment(partition, fence, true);
  }

  public TopicPartition partition() {
    return partition;
  }

  /**
   * Whether its records are read by a replay. One that a replay has written back to its source is
   * read there like any other.
   */
  public boolean isOfReplay() {
    return replay;
  }

  /** Nothing new starts from now on, and every wait ends. */
  public void end() {
    ended.countDown();
    parked.forEach(LockSupport::unpark);
  }

  public boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** A thread that is going to park elsewhere is woken when the assignment ends. */
  public void wakeAtEnd(Thread thread) {
    parked.add(thread);
  }

  public void dontWake(Thread thread) {
    parked.remove(thread);
  }

  /** Whether the group can't have given the partition to another member behind our back yet. */
  public boolean fenceIsOpen() {
    return fence.isOpen();
  }

  /**
   * Waits.
   *
   * @return false if the assignment ended meanwhile
   */
  public boolean await(Duration wait) throws InterruptedException {
    return !ended.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }
}
