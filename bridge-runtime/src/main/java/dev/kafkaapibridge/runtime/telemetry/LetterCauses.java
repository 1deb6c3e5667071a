package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.LetterCause;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.record.CleanText;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What dead letters were written for, counted since the start. Safe for all lanes. */
final class LetterCauses {

  /** Statuses are the target's words: there may be any number of them. */
  private static final int MOST_KINDS = 200;

  private record Kind(String cause, String status, String reason) {}

  private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

  void count(Failure failure) {
    var kind =
        new Kind(
            failure.cause().name(),
            CleanText.of(failure.last().code(), 64),
            CleanText.of(failure.last().reason(), 128));
    LongAdder count = counts.get(kind);
    if (count == null && counts.size() < MOST_KINDS) {
      count = counts.computeIfAbsent(kind, ignored -> new LongAdder());
    }
    if (count != null) {
      count.increment();
    }
  }

  /** The most frequent first. */
  List<LetterCause> most(int limit) {
    return counts.entrySet().stream()
        .map(entry -> {
          Kind kind = entry.getKey();
          return new LetterCause(
              kind.cause(), kind.status(), kind.reason(), entry.getValue().sum());
        })
        .sorted(
            Comparator.comparing(LetterCause::records)
                .reversed()
                .thenComparing(LetterCause::cause)
                .thenComparing(LetterCause::status)
                .thenComparing(LetterCause::reason))
        .limit(limit)
        .toList();
  }
}
