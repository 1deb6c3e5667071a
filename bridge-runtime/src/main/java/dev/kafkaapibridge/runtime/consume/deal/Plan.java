package dev.kafkaapibridge.runtime.consume.deal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Who is to read what, and how a group gets there: a partition that is to move is taken from its
 * owner in one round and given in the next, for until then both would read it. The plan stands as
 * long as the group has these members and these partitions. Were it made anew in each round, by
 * what partitions bring a second later, what was just taken away might be better off elsewhere, and
 * rounds might follow each other for ever. Pure.
 *
 * @param members by name
 * @param owners of each partition, by number in the order of their names
 */
record Plan(Set<String> members, Map<TopicPartition, Integer> owners) {

  static final Plan NONE = new Plan(Set.of(), Map.of());

  /**
   * What a member is given in a round.
   *
   * @param news what others know of these
   */
  record Given(
      Joined.Member to, List<TopicPartition> partitions, Map<TopicPartition, Brings> news) {

    private void add(TopicPartition partition, @Nullable Brings known) {
      partitions.add(partition);
      if (known != null && !to.knows().containsKey(partition)) {
        news.put(partition, known);
      }
    }
  }

  /**
   * The same where it stands, else another.
   *
   * @param all partitions that there are; what is claimed beside them is passed over
   * @param joined at least one
   */
  Plan or(List<TopicPartition> all, Joined joined) {
    Set<String> names =
        joined.members().stream().map(Joined.Member::name).collect(Collectors.toSet());
    return members.equals(names) && owners.keySet().equals(Set.copyOf(all))
        ? this
        : new Plan(names, dealt(all, joined));
  }

  private static Map<TopicPartition, Integer> dealt(List<TopicPartition> all, Joined joined) {
    int[] before = all.stream().mapToInt(joined::owner).toArray();
    int[] deal = Deal.of(loads(all, joined), before, joined.members().size());
    var owners = new LinkedHashMap<TopicPartition, Integer>();
    for (int i = 0; i < deal.length; i++) {
      owners.put(all.get(i), deal[i]);
    }
    return owners;
  }

  /** What nobody knows is as the others are. */
  private static double[] loads(List<TopicPartition> all, Joined joined) {
    double[] loads =
        all.stream()
            .map(joined::known)
            .mapToDouble(brings -> brings == null ? Double.NaN : brings.load())
            .toArray();
    double mean = Arrays.stream(loads).filter(load -> !Double.isNaN(load)).average().orElse(1);
    return Arrays.stream(loads).map(load -> Double.isNaN(load) ? mean : load).toArray();
  }

  /** To each of its members. */
  List<Given> given(Joined joined) {
    List<Given> given =
        joined.members().stream()
            .map(member -> new Given(member, new ArrayList<>(), new HashMap<>()))
            .toList();
    owners.forEach((partition, to) -> {
      int owner = joined.owner(partition);
      if (owner == to || owner < 0 && !joined.isDisputed(partition)) {
        given.get(to).add(partition, joined.known(partition));
      }
    });
    return given;
  }
}
