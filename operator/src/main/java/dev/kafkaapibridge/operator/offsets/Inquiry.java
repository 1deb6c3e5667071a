package dev.kafkaapibridge.operator.offsets;

import dev.kafkaapibridge.operator.offsets.Look.Place;
import dev.kafkaapibridge.operator.offsets.Look.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One look, from top to bottom: who leads which partition, where it ends, what the group has
 * committed, and, where that means nothing, where it begins. It asks each broker once and repeats
 * nothing: the next look is a few seconds away. Owns its connections; for one thread.
 */
final class Inquiry implements AutoCloseable {

  private final Brokers brokers;

  /** The first thing that could not be seen. */
  private @Nullable Trouble gap;

  Inquiry(Names names, String namespace, Entrance entrance) {
    this.brokers = new Brokers(names, namespace, entrance);
  }

  Look about(Question question) throws InterruptedException {
    var partitions = new PartitionEnds(question, brokers, this::miss);
    Conversation any;
    Map<TopicPartition, Integer> leaders;
    try {
      any = brokers.any(question.brokers());
      leaders = partitions.leaders(any);
    } catch (IOException e) {
      return new Look.Blind(Trouble.of(e));
    }
    Map<TopicPartition, Long> ends = partitions.ends(leaders);
    Map<TopicPartition, Long> committed =
        new GroupCommits(question.group(), brokers, this::miss).of(ends.keySet(), any);
    var unplaced = new LinkedHashMap<TopicPartition, Integer>();
    ends.forEach((partition, end) -> {
      Long at = committed.get(partition);
      if (at != null && !means(at, end)) {
        unplaced.put(partition, leaders.get(partition));
      }
    });
    Map<TopicPartition, Long> begins = partitions.begins(unplaced);
    var places = new ArrayList<Place>();
    ends.forEach((partition, end) ->
        places.add(
            new Place(
                partition.toString(),
                end,
                position(committed.get(partition), end, begins.get(partition)))));
    return new Look.Seen(places, gap);
  }

  private void miss(Trouble what) {
    gap = gap == null ? what : gap;
  }

  /** A commit beyond the end is of a topic that was there before this one. */
  private static boolean means(long committed, long end) {
    return committed >= 0 && committed <= end;
  }

  private static Position position(@Nullable Long committed, long end, @Nullable Long begins) {
    if (committed != null && means(committed, end)) {
      return new Position.Committed(committed);
    }
    return begins == null ? new Position.Unknown() : new Position.First(begins);
  }

  @Override
  public void close() {
    brokers.close();
  }
}
