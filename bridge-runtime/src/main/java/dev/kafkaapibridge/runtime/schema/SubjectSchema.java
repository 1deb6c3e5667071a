package dev.kafkaapibridge.runtime.schema;

import dev.kafkaapibridge.runtime.schema.SchemaFetch.Fetched;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A schema of bodies that is the latest of a subject. Owns what was told of it: asked for again
 * every minute while it is used, and what was told last stays in use whatever becomes of the
 * registry. Nobody waits here. Safe for all lanes.
 */
final class SubjectSchema implements BodySchema {

  private static final Duration ASKED_EVERY = Duration.ofMinutes(1);
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(30);

  private final String subject;
  private final Supplier<Fetched> asking;
  private final Executor threads;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private volatile @Nullable JsonRules known;
  private volatile @Nullable Trouble trouble;

  /** Not asked again before. */
  private volatile long again;

  private volatile String reason = "SchemaAsked";
  private boolean asked;
  private int failures;

  /**
   * @param asking blocks
   * @param threads for that
   */
  SubjectSchema(
      String subject,
      Supplier<Fetched> asking,
      Executor threads,
      LongSupplier nanoTime,
      Clock clock) {
    this.subject = subject;
    this.asking = asking;
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.again = nanoTime.getAsLong();
  }

  @Override
  public JsonRules rules() throws SchemaMissing {
    if (nanoTime.getAsLong() - again >= 0) {
      ask();
    }
    JsonRules rules = known;
    if (rules == null) {
      throw new SchemaMissing(reason);
    }
    return rules;
  }

  @Override
  public Optional<Trouble> trouble() {
    return Optional.ofNullable(trouble);
  }

  private synchronized void ask() {
    if (!asked && nanoTime.getAsLong() - again >= 0) {
      asked = true;
      threads.execute(this::fetch);
    }
  }

  private void fetch() {
    Fetched fetched =
        new Fetched.InVain(
            new RegistryAnswer.Failed("Failing", "this program has met an error of its own"));
    try {
      fetched = asking.get();
    } finally {
      learn(fetched);
    }
  }

  private synchronized void learn(Fetched fetched) {
    asked = false;
    switch (fetched) {
      case Fetched.Whole(var text) -> {
        if (text.type() != null && text.type() != SchemaText.Type.JSON) {
          failed("InvalidSchema", "it is of the type " + text.type());
          return;
        }
        try {
          known = JsonRules.of(text);
          trouble = null;
          failures = 0;
          again = nanoTime.getAsLong() + ASKED_EVERY.toNanos();
        } catch (UnusableSchema e) {
          failed("InvalidSchema", String.valueOf(e.getMessage()));
        }
      }
      case Fetched.NotThere ignored -> failed("SubjectNotFound", "it has no such subject");
      case Fetched.InVain(var why) -> failed(why.reason(), why.detail());
    }
  }

  private void failed(String why, String detail) {
    again =
        nanoTime.getAsLong()
            + Math.min(LAST_BACKOFF.toNanos(), FIRST_BACKOFF.toNanos() << Math.min(failures, 10));
    failures++;
    reason = why;
    trouble = new Trouble(why, detail, "subject " + subject, clock.instant());
  }
}
