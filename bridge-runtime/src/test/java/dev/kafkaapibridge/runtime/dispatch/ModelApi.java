package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** An API that takes batches: keeps what it was sent, and refuses, fails and accepts as told. */
class ModelApi implements Batches {

  /** Which records it refuses, in whatever company. */
  Predicate<SourceRecord> refuses = record -> false;

  /** What is no item at all. */
  Predicate<SourceRecord> unfit = record -> false;

  /** For which nothing is sent. */
  Predicate<SourceRecord> skips = record -> false;

  /** Whose schema nobody has told yet. */
  Predicate<SourceRecord> missing = record -> false;

  /** The most records that it takes at once; 413 beyond. */
  int takes = Integer.MAX_VALUE;

  /** How often in a hundred it fails. */
  int fails;

  /** Whether it judges each record by itself. */
  boolean each;

  /** How often it says "slow down" before anything else, for a second. */
  int limited;

  /** How often it says "slow down" of the record at offset 0 by itself. */
  int limitedItems;

  RandomGenerator random = RandomGenerator.getDefault();
  Runnable whileSending = () -> {};

  private final List<List<SourceRecord>> requests = new ArrayList<>();
  private final List<SourceRecord> accepted = new ArrayList<>();
  private final Set<Object> underWay = new HashSet<>();
  private final List<String> broken = new ArrayList<>();

  @Override
  public Prepared prepare(SourceRecord record) {
    if (missing.test(record)) {
      return new Prepared.NotYet("RegistryDown");
    }
    if (skips.test(record)) {
      return new Prepared.Skipped();
    }
    if (unfit.test(record)) {
      return new Prepared.Refused(new Verdict.RecordRefused("-", "Unfit", "it is none"));
    }
    byte[] body = ("{\"offset\":" + record.offset() + "}").getBytes(StandardCharsets.UTF_8);
    return new Prepared.Ready(new Item(record, "here", record.idempotency(), body));
  }

  @Override
  public Call call(List<Item> items) {
    return leaving -> send(items.stream().map(Item::record).toList(), leaving);
  }

  private Answer send(List<SourceRecord> records, BooleanSupplier leaving) {
    if (!leaving.getAsBoolean()) {
      return new Answer(new Verdict.Cut("-"));
    }
    var keys = new HashSet<Object>();
    records.forEach(record -> keys.add(Records.key(record)));
    synchronized (this) {
      requests.add(records);
      for (Object key : keys) {
        if (!underWay.add(key)) {
          broken.add("two calls at once with records of " + key);
        }
      }
    }
    try {
      whileSending.run();
      if (Thread.currentThread().isInterrupted()) {
        return new Answer(new Verdict.Cut("-"));
      }
      return answer(records);
    } finally {
      synchronized (this) {
        underWay.removeAll(keys);
      }
    }
  }

  private synchronized Answer answer(List<SourceRecord> records) {
    if (limited-- > 0) {
      return new Answer(new Verdict.RateLimited("429", Duration.ofSeconds(1)));
    }
    if (records.size() > takes) {
      return new Answer(new Verdict.RecordRefused("413", "Refused", "too large"));
    }
    if (random.nextInt(100) < fails) {
      return new Answer(new Verdict.TargetFailed("503", "ServerError", "the target answered 503"));
    }
    if (each) {
      List<Verdict> verdicts = records.stream().map(this::judge).toList();
      return Answer.of(new Verdict.Accepted("207"), verdicts);
    }
    if (records.stream().anyMatch(refuses)) {
      return new Answer(new Verdict.RecordRefused("400", "Refused", "the target answered 400"));
    }
    accepted.addAll(records);
    return new Answer(new Verdict.Accepted("200"));
  }

  private Verdict judge(SourceRecord record) {
    if (refuses.test(record)) {
      return new Verdict.RecordRefused("400", "Refused", "the target answered 400");
    }
    if (record.offset() == 0 && limitedItems-- > 0) {
      return new Verdict.RateLimited("429", null);
    }
    if (random.nextInt(100) < fails) {
      return new Verdict.TargetFailed("503", "ServerError", "the target answered 503");
    }
    accepted.add(record);
    return new Verdict.Accepted("200");
  }

  synchronized List<List<SourceRecord>> requests() {
    return List.copyOf(requests);
  }

  synchronized List<SourceRecord> accepted() {
    return List.copyOf(accepted);
  }

  /** What was wrong with what it was sent. */
  synchronized List<String> broken() {
    return List.copyOf(broken);
  }
}
