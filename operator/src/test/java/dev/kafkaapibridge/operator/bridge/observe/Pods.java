package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pods and what they say, for tests. */
public final class Pods {

  public static final String SPEC = "00000000000000aa";
  public static final String OLDER_SPEC = "00000000000000bb";

  private Pods() {}

  public static PodState pod(String name) {
    return new PodState(name, "uid-" + name, "127.0.0.1", true, false, null);
  }

  public static PodState starting(String name) {
    return new PodState(name, "uid-" + name, null, false, false, null);
  }

  public static PodState leaving(String name) {
    return new PodState(name, "uid-" + name, "127.0.0.1", true, true, null);
  }

  public static PodState troubled(String name, PodTrouble trouble) {
    return new PodState(name, "uid-" + name, null, false, false, trouble);
  }

  /** A pod that serves, as JSON. {@code extra} changes it: field paths with dots, JSON values. */
  public static String json(String... extra) {
    try {
      var json = new com.fasterxml.jackson.databind.json.JsonMapper();
      var tree =
          json.readTree(
              """
              {"version": 1, "runtimeVersion": "0.1.0", "specHash": "00000000000000aa",
               "processStartedAt": "2026-11-25T10:00:00Z", "reportedAt": "2026-11-25T10:00:30Z", "state": "Running",
               "ready": {"ok": true, "reason": "Running", "message": "Consuming."},
               "kafka": {"health": {"ok": true, "reason": "Connected", "message": "Member."}, "group": "shop.orders",
                 "clusterID": "q1W2e3", "startedAt": "2026-11-25T10:00:01Z", "generation": 4, "topics": 1,
                 "partitions": [{"topic": "orders", "partition": 0, "committed": 5, "end": 12, "lag": 7, "unfinished": 1, "paused": false},
                                {"topic": "orders", "partition": 1, "lag": 3, "unfinished": 0, "paused": false}]},
               "target": {"health": {"ok": true, "reason": "Responding", "message": "The target answers."},
                 "endpoint": "https://crm.example.com", "circuit": "Closed", "inFlight": 1, "requests": 9, "accepted": 9,
                 "rateLimited": 0, "failed": 0, "misconfigured": 0, "refused": 0, "limitedMillis": 0, "slowedMillis": 0},
               "deadLetter": {"health": {"ok": true, "reason": "TopicReady", "message": "Topic 'shop.orders.dlt' takes dead letters."},
                 "topic": "shop.orders.dlt", "records": 0},
               "references": [], "records": {"polled": 9, "delivered": 9, "deadLettered": 0, "discarded": 0, "skipped": 0, "interrupted": 0}}
              """);
      for (int i = 0; i < extra.length; i += 2) {
        String path = "/" + extra[i].replace('.', '/');
        int last = path.lastIndexOf('/');
        var parent =
            (com.fasterxml.jackson.databind.node.ObjectNode) tree.at(path.substring(0, last));
        parent.set(path.substring(last + 1), json.readTree(extra[i + 1]));
      }
      return json.writeValueAsString(tree);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public static PodReport report(String... extra) {
    try {
      return ReportReader.read(json(extra).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (ReportReader.Unreadable e) {
      throw new AssertionError(e);
    }
  }

  public static Member says(String name, String... extra) {
    // Pods of a group share no partition.
    int first = 2 * (name.charAt(0) - 'a');
    var all =
        new java.util.ArrayList<>(
            List.of(
                "kafka.partitions",
                """
                [{"topic": "orders", "partition": %d, "committed": 5, "end": 12, "lag": 7, "unfinished": 1, "paused": false},
                 {"topic": "orders", "partition": %d, "lag": 3, "unfinished": 0, "paused": false}]\
                """
                    .formatted(first, first + 1)));
    all.addAll(List.of(extra));
    return new Member(pod(name), report(all.toArray(String[]::new)), null);
  }

  public static Member silent(PodState pod) {
    return new Member(pod, null, "it does not answer within 2 s");
  }

  public static Fleet fleet(Member... members) {
    return new Fleet(List.of(members), SPEC);
  }

  public static Observation seen(@Nullable Workload workload, Fleet fleet) {
    return seen(workload, fleet, TargetWeather.worst(fleet));
  }

  public static Observation seen(
      @Nullable Workload workload, Fleet fleet, @Nullable Health target) {
    return new Observation(
        workload,
        fleet,
        target,
        new Throttling(Throttling.Cause.WithinLimits, null),
        Duration.ZERO,
        null);
  }

  public static Observation throttled(Observation seen, Throttling throttling) {
    return new Observation(
        seen.workload(),
        seen.fleet(),
        seen.target(),
        throttling,
        seen.lagUnknownFor(),
        seen.deadLetters());
  }

  public static Observation lagUnknownFor(Observation seen, Duration time) {
    return new Observation(
        seen.workload(), seen.fleet(), seen.target(), seen.throttling(), time, seen.deadLetters());
  }

  public static Observation deadLetters(Observation seen, long records) {
    return new Observation(
        seen.workload(),
        seen.fleet(),
        seen.target(),
        seen.throttling(),
        seen.lagUnknownFor(),
        records);
  }

  /** A Deployment whose pods all run the newest spec. */
  public static Workload settled(int replicas) {
    return new Workload(
        SPEC, true, replicas, replicas, replicas, replicas, replicas, false, null, null);
  }

  public static Workload of(int desired, int replicas, int updated, int available) {
    return new Workload(
        SPEC, true, desired, replicas, updated, available, available, false, null, null);
  }
}
