package dev.kafkaapibridge.runtime.schema;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns what is known of the schemas of one kind. A schema that was told is known for good, whatever
 * becomes of the registry: what an id stands for never changes. One that was not is asked for by
 * one thread, and nobody waits here: who needs it hears that it is missing, and looks again. Safe
 * for all lanes.
 *
 * <pre>
 *   not asked --> asked --told------------------------------------------> known
 *                   |-----"there is none", twice, two seconds apart ----> unknown for a minute, then asked again
 *                   '-----the registry fails -----> asked again after a second, two, ... thirty
 * </pre>
 */
final class Schemas implements AutoCloseable {

  /** From the answer of the registry to a codec. */
  interface Making {
    Codec of(SchemaText text) throws UnusableSchema;
  }

  /** Asks the registry; blocks. */
  interface Asking {
    SchemaFetch.Fetched of(SchemaKey schema);
  }

  /** Schemas beyond are forgotten, the one that was used least lately first. */
  static final int MOST = 1_000;

  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(30);

  /** A registry of several processes may not have heard yet of what one of them was told. */
  private static final Duration ASK_TWICE = Duration.ofSeconds(2);

  private static final Duration UNKNOWN_FOR = Duration.ofMinutes(1);

  /** Nobody has needed a schema since then: what was wrong may be well. */
  private static final Duration TROUBLE_LASTS = Duration.ofMinutes(1);

  private static final int QUESTIONS_AT_ONCE = 4;

  private final SchemaText.Type type;
  private final Asking asking;
  private final Making making;
  private final Executor threads;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final Map<SchemaKey, Entry> entries = new ConcurrentHashMap<>();
  private final Semaphore questions = new Semaphore(QUESTIONS_AT_ONCE);
  private volatile @Nullable Trouble trouble;
  private volatile boolean closed;

  /**
   * @param threads for questions, which block
   */
  Schemas(
      SchemaText.Type type,
      Asking asking,
      Making making,
      Executor threads,
      LongSupplier nanoTime,
      Clock clock) {
    this.type = type;
    this.asking = asking;
    this.making = making;
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /**
   * @throws Undecodable if the registry has no such schema
   * @throws SchemaMissing if it is not known yet
   */
  Codec find(SchemaKey schema) throws Undecodable, SchemaMissing {
    Entry entry = entries.get(schema);
    if (entry == null) {
      makeRoom();
      entry = entries.computeIfAbsent(schema, Entry::new);
    }
    return entry.codec();
  }

  /** Why the registry can't be asked now; null: nothing is known against it. */
  @Nullable Trouble trouble() {
    Trouble last = trouble;
    return last != null && last.at().plus(TROUBLE_LASTS).isAfter(clock.instant()) ? last : null;
  }

  int size() {
    return entries.size();
  }

  private void makeRoom() {
    if (entries.size() >= MOST) {
      entries.values().stream()
          .min(java.util.Comparator.comparingLong(entry -> entry.used - nanoTime.getAsLong()))
          .ifPresent(oldest -> entries.remove(oldest.schema));
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Owns what is known of one schema. */
  private final class Entry {
    private final SchemaKey schema;
    private volatile long used;
    private volatile @Nullable Codec known;

    private boolean asked;
    private int failures;
    private int denials;
    private SchemaText.@Nullable Type other;

    /** Not asked again before. */
    private long again = nanoTime.getAsLong();

    private String reason = "SchemaAsked";

    Entry(SchemaKey schema) {
      this.schema = schema;
    }

    Codec codec() throws Undecodable, SchemaMissing {
      used = nanoTime.getAsLong();
      Codec codec = known;
      return codec == null ? ask() : codec;
    }

    private synchronized Codec ask() throws Undecodable, SchemaMissing {
      Codec codec = known;
      if (codec != null) {
        return codec;
      }
      if (other != null) {
        throw new Undecodable(
            "OtherSchemaType",
            "was written with a schema of the type %s: %s".formatted(other, schema));
      }
      boolean due = nanoTime.getAsLong() - again >= 0;
      if (denials >= 2) {
        if (!due) {
          throw new Undecodable(
              "SchemaNotFound", "names a schema that the registry does not have: " + schema);
        }
        denials = 0;
      }
      if (due && !asked && !closed) {
        asked = true;
        threads.execute(this::fetch);
      }
      throw new SchemaMissing(reason);
    }

    private void fetch() {
      SchemaFetch.Fetched fetched =
          new SchemaFetch.Fetched.InVain(
              new RegistryAnswer.Failed("Failing", "this program has met an error of its own"));
      try {
        questions.acquire();
        try {
          fetched = asking.of(schema);
        } finally {
          questions.release();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        learn(fetched);
      }
    }

    private synchronized void learn(SchemaFetch.Fetched fetched) {
      asked = false;
      switch (fetched) {
        case SchemaFetch.Fetched.Whole(var text) -> {
          if (text.type() != null && text.type() != type) {
            other = text.type();
            return;
          }
          try {
            known = making.of(text);
            trouble = null;
          } catch (UnusableSchema e) {
            failed("InvalidSchema", String.valueOf(e.getMessage()));
          }
        }
        case SchemaFetch.Fetched.NotThere ignored -> {
          trouble = null;
          failures = 0;
          denials++;
          reason = "SchemaAsked";
          again = nanoTime.getAsLong() + (denials >= 2 ? UNKNOWN_FOR : ASK_TWICE).toNanos();
        }
        case SchemaFetch.Fetched.InVain(var why) -> failed(why.reason(), why.detail());
      }
    }

    private void failed(String why, String detail) {
      long backoff =
          Math.min(LAST_BACKOFF.toNanos(), FIRST_BACKOFF.toNanos() << Math.min(failures, 10));
      failures++;
      again = nanoTime.getAsLong() + backoff;
      reason = why;
      Instant now = clock.instant();
      trouble = new Trouble(why, detail, schema.toString(), now);
    }
  }
}
