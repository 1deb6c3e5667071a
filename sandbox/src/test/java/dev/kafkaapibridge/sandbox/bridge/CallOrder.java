package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaapibridge.sandbox.api.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What an API was called for and what became a dead letter, held against the order in which each
 * key stands in its partition. Pure.
 *
 * @param lost records that ended nowhere
 * @param overtaken calls for a record before which one of its key had not ended
 * @param torn acceptances that leave out records of their key: of what is sent again, nothing is
 *     left out up to where the key was, or the API would keep what is older
 * @param repeated acceptances of a record that had ended before
 * @param mostReturns how often the key that it happened to most often began again further back
 */
record CallOrder(
    List<String> lost, List<String> overtaken, List<String> torn, int repeated, int mostReturns) {

  /** A record's place among those of its key in its partition. */
  private record Place(Lane lane, int index) {}

  /** One key of one partition. */
  private static final class Lane {
    private final String name;
    private final List<Long> sequences = new ArrayList<>();
    private final BitSet ended = new BitSet();
    private final BitSet dead = new BitSet();
    private final List<Long> accepted = new ArrayList<>();
    private int last = -1;
    private int returns;

    private Lane(String name) {
      this.name = name;
    }

    private void isDead(int index) {
      dead.set(index);
      ended.set(index);
    }

    /** Whether all between the last acceptance and this one are dead, or it is further back. */
    private boolean goesOnAt(int index) {
      return dead.nextClearBit(last + 1) >= index;
    }

    private void isAccepted(int index) {
      last = index;
      ended.set(index);
      accepted.add(sequences.get(index));
    }

    private String says(int index, int other) {
      return "%s: %d came before %d, after %s"
          .formatted(
              name,
              sequences.get(index),
              sequences.get(other),
              accepted.subList(Math.max(0, accepted.size() - 10), accepted.size()));
    }
  }

  /**
   * @param source the topic's records, each partition in order
   * @param letters with the time at which the broker had them
   * @param calls in the order of their arrival
   */
  static CallOrder of(
      List<ConsumerRecord<byte[], byte[]>> source,
      List<ConsumerRecord<byte[], byte[]>> letters,
      List<Call> calls) {
    var lanes = new HashMap<String, Lane>();
    var places = new HashMap<Long, Place>();
    for (ConsumerRecord<byte[], byte[]> record : source) {
      String name = new String(record.key(), UTF_8) + " of " + record.partition();
      Lane lane = lanes.computeIfAbsent(name, Lane::new);
      lane.sequences.add(sequence(record));
      places.put(sequence(record), new Place(lane, lane.sequences.size() - 1));
    }
    var waiting = new ArrayDeque<>(letters.stream().sorted(BY_TIME).toList());
    var overtaken = new ArrayList<String>();
    var torn = new ArrayList<String>();
    int repeated = 0;
    for (Call call : calls) {
      bury(waiting, call.at().toEpochMilli(), places);
      for (Call.Numbered numbered : call.records()) {
        Place place = places.get(numbered.sequence());
        Lane lane = place.lane();
        int first = lane.ended.nextClearBit(0);
        if (first < place.index()) {
          overtaken.add(lane.says(place.index(), first));
        }
        if (!call.accepted()) {
          continue;
        }
        repeated += lane.ended.get(place.index()) ? 1 : 0;
        if (place.index() <= lane.last) {
          lane.returns++;
        } else if (!lane.goesOnAt(place.index())) {
          torn.add(lane.says(place.index(), lane.dead.nextClearBit(lane.last + 1)));
        }
        lane.isAccepted(place.index());
      }
    }
    bury(waiting, Long.MAX_VALUE, places);
    return new CallOrder(
        lost(lanes),
        overtaken,
        torn,
        repeated,
        lanes.values().stream().mapToInt(lane -> lane.returns).max().orElse(0));
  }

  private static final Comparator<ConsumerRecord<byte[], byte[]>> BY_TIME =
      Comparator.comparingLong(ConsumerRecord::timestamp);

  private static void bury(
      ArrayDeque<ConsumerRecord<byte[], byte[]>> letters, long until, Map<Long, Place> places) {
    while (!letters.isEmpty() && letters.element().timestamp() <= until) {
      Place place = places.get(sequence(letters.remove()));
      place.lane().isDead(place.index());
    }
  }

  private static List<String> lost(Map<String, Lane> lanes) {
    var lost = new ArrayList<String>();
    for (Lane lane : lanes.values()) {
      for (int i = lane.ended.nextClearBit(0);
          i < lane.sequences.size();
          i = lane.ended.nextClearBit(i + 1)) {
        lost.add(lane.name + ": " + lane.sequences.get(i));
      }
    }
    return lost;
  }

  static long sequence(ConsumerRecord<byte[], byte[]> record) {
    return Call.recordsIn(new String(record.value(), UTF_8)).getFirst().sequence();
  }
}
