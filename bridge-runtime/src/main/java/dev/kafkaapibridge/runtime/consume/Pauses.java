package dev.kafkaapibridge.runtime.consume;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Which partitions fetch and which don't, said to the reader once a turn. Used by the poll loop's
 * thread alone.
 */
final class Pauses {

  private final PartitionReader reader;
  private final Ownership ownership;
  private final FlowControl flowControl;
  private final Companions companions;
  private final NotYetDue notYetDue;
  private final ConsumptionView view;

  Pauses(
      PartitionReader reader,
      Ownership ownership,
      FlowControl flowControl,
      Companions companions,
      NotYetDue notYetDue,
      ConsumptionView view) {
    this.reader = reader;
    this.ownership = ownership;
    this.flowControl = flowControl;
    this.companions = companions;
    this.notYetDue = notYetDue;
    this.view = view;
  }

  /** Why partitions don't fetch from now on, of those that don't. */
  Map<TopicPartition, String> say(Optional<FlowControl.Pause> whyNothing) {
    var loads = new HashMap<TopicPartition, FlowControl.Load>();
    ownership.together().ofGroup().forEach(of -> loads.put(of.partition(), load(of)));
    var loadsOfCompanions = new HashMap<TopicPartition, FlowControl.Load>();
    ownership
        .together()
        .companions()
        .forEach(of -> loadsOfCompanions.put(of.partition(), of.load()));
    Set<TopicPartition> paused = reader.paused();
    var wanted = new HashMap<TopicPartition, String>();
    flowControl
        .paused(loads, paused, whyNothing)
        .forEach((partition, why) -> wanted.put(partition, why.name()));
    companions
        .pauses(loadsOfCompanions, paused)
        .forEach((partition, why) -> wanted.put(partition, why.name()));
    notYetDue.partitions().forEach(partition -> wanted.put(partition, "NotDue"));
    wanted.keySet().removeAll(companions.beingLearned());
    ownership.standingStill().forEach(partition -> wanted.put(partition, "PositionUnknown"));
    reader.pause(difference(wanted.keySet(), paused));
    reader.resume(difference(paused, wanted.keySet()));
    return wanted;
  }

  private FlowControl.Load load(OwnedPartition of) {
    FlowControl.Load load = of.load();
    if (load.records() > 0) {
      return load;
    }
    Long end = view.end(of.partition());
    return new FlowControl.Load(0, load.bytes(), end != null && of.position() >= end);
  }

  private static Set<TopicPartition> difference(
      Set<TopicPartition> of, Set<TopicPartition> without) {
    var difference = new HashSet<>(of);
    difference.removeAll(without);
    return difference;
  }
}
