package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Pod;
import dev.kafkaapibridge.benchmarks.autoscaling.world.PodCounters;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import java.util.LinkedHashMap;
import java.util.Map;

/** What each pod has counted since the last look. Owns the looks. */
final class Window {

  private Map<Integer, PodCounters> before = new LinkedHashMap<>();

  /** By pod number, of those that exist; of a new pod all that it has counted. */
  Map<Integer, PodCounters> look(World world) {
    var now = new LinkedHashMap<Integer, PodCounters>();
    var since = new LinkedHashMap<Integer, PodCounters>();
    for (Pod pod : world.pods()) {
      PodCounters counters = pod.counters();
      now.put(pod.number(), counters);
      since.put(pod.number(), counters.minus(before.getOrDefault(pod.number(), PodCounters.NONE)));
    }
    before = now;
    return since;
  }
}
