package dev.kafkaapibridge.runtime.consume.deal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One round of a group whose members subscribe to the same topics. A partition that is to move is
 * taken from its owner in one round and given in the next, for until then both would read it. Pure.
 */
final class Round {

  /**
   * What a member says as it joins.
   *
   * @param claims what it owns, by its own word
   * @param generation in which it was given that; negative: it has been no member yet
   * @param knows of partitions, its own or not
   */
  record Member(
      String name,
      Collection<TopicPartition> claims,
      int generation,
      Map<TopicPartition, Brings> knows) {}

  /**
   * What a member is given.
   *
   * @param news what others know of these
   */
  record Given(Member to, List<TopicPartition> partitions, Map<TopicPartition, Brings> news) {

    void add(TopicPartition partition, @Nullable Brings known) {
      partitions.add(partition);
      if (known != null && !to.knows().containsKey(partition)) {
        news.put(partition, known);
      }
    }
  }

  private final List<TopicPartition> all;

  /** In the order of their names, so that whoever leads decides alike. */
  private final List<Member> members;

  /** By number. */
  private final Map<TopicPartition, Integer> owners = new HashMap<>();

  /** Two that own it by their own word may both read it, until both have let it go. */
  private final Set<TopicPartition> disputed = new HashSet<>();

  private Round(List<TopicPartition> all, Collection<Member> members) {
    this.all = all;
    this.members = members.stream().sorted(Comparator.comparing(Member::name)).toList();
    IntStream.range(0, members.size())
        .forEach(i -> this.members.get(i).claims().forEach(partition -> claim(partition, i)));
  }

  /** The word of the later generation counts. */
  private void claim(TopicPartition partition, int member) {
    Integer other = owners.putIfAbsent(partition, member);
    if (other == null || other == member) {
      return;
    }
    int later = Integer.compare(members.get(member).generation(), members.get(other).generation());
    if (later > 0) {
      owners.put(partition, member);
      disputed.remove(partition);
    } else if (later == 0) {
      disputed.add(partition);
    }
  }

  /**
   * @param all partitions that there are; what is claimed beside them is passed over
   * @param members at least one
   */
  static List<Given> of(List<TopicPartition> all, Collection<Member> members) {
    return new Round(all, members).given();
  }

  private List<Given> given() {
    List<Given> given =
        members.stream()
            .map(member -> new Given(member, new ArrayList<>(), new HashMap<>()))
            .toList();
    int[] deal = Deal.of(loads(), all.stream().mapToInt(this::owner).toArray(), members.size());
    for (int i = 0; i < deal.length; i++) {
      TopicPartition partition = all.get(i);
      boolean isFree = deal[i] == owners.getOrDefault(partition, deal[i]);
      if (isFree && !disputed.contains(partition)) {
        given.get(deal[i]).add(partition, known(partition));
      }
    }
    return given;
  }

  private int owner(TopicPartition partition) {
    return disputed.contains(partition) ? -1 : owners.getOrDefault(partition, -1);
  }

  /** What nobody knows is as the others are. */
  private double[] loads() {
    double[] loads =
        all.stream()
            .map(this::known)
            .mapToDouble(brings -> brings == null ? Double.NaN : brings.load())
            .toArray();
    double mean = Arrays.stream(loads).filter(load -> !Double.isNaN(load)).average().orElse(1);
    return Arrays.stream(loads).map(load -> Double.isNaN(load) ? mean : load).toArray();
  }

  /** By its owner's word, else by the greatest of the others'. */
  private @Nullable Brings known(TopicPartition partition) {
    Integer owner = owners.get(partition);
    Brings known = owner == null ? null : members.get(owner).knows().get(partition);
    if (known == null) {
      for (Member member : members) {
        Brings says = member.knows().get(partition);
        if (says != null && (known == null || says.load() > known.load())) {
          known = says;
        }
      }
    }
    return known;
  }
}
