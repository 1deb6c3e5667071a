package dev.kafkaapibridge.runtime.consume.deal;

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

/** What the members of a group say as they join, taken together. */
final class Joined {

  /**
   * @param claims what it owns, by its own word
   * @param generation in which it was given that; negative: it has been no member yet
   * @param knows of partitions, its own or not
   */
  record Member(
      String name,
      Collection<TopicPartition> claims,
      int generation,
      Map<TopicPartition, Brings> knows) {}

  /** In the order of their names, so that whoever leads decides alike. */
  private final List<Member> members;

  /** By number. */
  private final Map<TopicPartition, Integer> owners = new HashMap<>();

  private final Set<TopicPartition> disputed = new HashSet<>();

  /** Of who has left since; nothing where another has led. */
  private final Map<TopicPartition, Brings> formerly;

  Joined(Collection<Member> members, Map<TopicPartition, Brings> formerly) {
    this.formerly = formerly;
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

  List<Member> members() {
    return members;
  }

  /** The number of who owns it; negative: nobody. */
  int owner(TopicPartition partition) {
    return disputed.contains(partition) ? -1 : owners.getOrDefault(partition, -1);
  }

  /** Two that own it by their own word may both read it, until both have let it go. */
  boolean isDisputed(TopicPartition partition) {
    return disputed.contains(partition);
  }

  /** By its owner's word, else by the greatest of the others', else as it was the last time. */
  @Nullable Brings known(TopicPartition partition) {
    int owner = owner(partition);
    Brings known = owner < 0 ? null : members.get(owner).knows().get(partition);
    if (known == null) {
      for (Member member : members) {
        Brings says = member.knows().get(partition);
        if (says != null && (known == null || says.load() > known.load())) {
          known = says;
        }
      }
    }
    return known == null ? formerly.get(partition) : known;
  }
}
