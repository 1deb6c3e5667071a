package dev.kafkaapibridge.operator.quota;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Divides the requests of a limit among bridges, in proportion to their weights. Whole requests:
 * what the division leaves over goes to the first by name, one each, so that all of the limit can
 * be used. Pure.
 */
final class Division {

  /**
   * @param held what it may send at most by now, in requests; 0: it does not run
   * @param frozen it keeps what it holds, since somebody has asked that it be left alone
   */
  record Member(String name, int weight, int held, boolean frozen) {

    boolean runs() {
      return held > 0;
    }
  }

  private Division() {}

  /**
   * What each is to have in the end. One that runs gets a request at least: nobody is stopped
   * because the limit is smaller than the number of bridges. One that doesn't run is left out where
   * there is not a request for each.
   */
  static Map<String, Integer> of(int requests, List<Member> members) {
    var parts = new TreeMap<String, Integer>();
    int left = requests;
    for (Member member : members) {
      if (member.frozen()) {
        parts.put(member.name(), member.held());
        left -= member.held();
      }
    }
    List<Member> sharing =
        members.stream()
            .filter(member -> !member.frozen())
            .sorted(
                Comparator.comparing((Member member) -> !member.runs()).thenComparing(Member::name))
            .toList();
    long running = sharing.stream().filter(Member::runs).count();
    int served = (int) Math.clamp(left, running, sharing.size());
    divide(left, sharing.subList(0, served), parts);
    return parts;
  }

  private static void divide(int requests, List<Member> members, Map<String, Integer> parts) {
    long weights = members.stream().mapToLong(Member::weight).sum();
    var own = new LinkedHashMap<String, Integer>();
    int given = 0;
    for (Member member : members) {
      int part = (int) Math.max(1, Math.max(0, requests) * (long) member.weight() / weights);
      own.put(member.name(), part);
      given += part;
    }
    for (Member member : members) {
      if (given < requests) {
        own.merge(member.name(), 1, Integer::sum);
        given++;
      }
    }
    // What small weights got beyond their due comes from those that have most.
    while (given > requests && given > members.size()) {
      String most = Collections.max(own.entrySet(), Map.Entry.comparingByValue()).getKey();
      own.merge(most, -1, Integer::sum);
      given--;
    }
    parts.putAll(own);
  }
}
