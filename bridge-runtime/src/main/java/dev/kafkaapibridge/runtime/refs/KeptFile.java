package dev.kafkaapibridge.runtime.refs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file whose content may change or go missing at any time: the last good one stays in use. It is
 * read when it is asked for, and then not for a second. Safe for all threads.
 *
 * @param <T> what its content is, with an {@code equals} that compares it
 */
final class KeptFile<T> {

  private static final long FRESH_NANOS = 1_000_000_000L;

  /**
   * @param read bytes of the last reading, good or not; null: it was never there
   * @param good content of the last good reading; null: there was none
   * @param takenUpAt when other content than the first became the good one; null: never
   */
  private record Kept<T>(
      byte @Nullable [] read, long readAt, @Nullable T good, @Nullable Instant takenUpAt) {}

  private final Path path;
  private final Function<byte[], Optional<T>> meaning;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final AtomicReference<@Nullable Kept<T>> kept = new AtomicReference<>();

  /**
   * @param meaning of the bytes; empty where they are not what they should be
   */
  KeptFile(Path path, Function<byte[], Optional<T>> meaning, LongSupplier nanoTime, Clock clock) {
    this.path = path;
    this.meaning = meaning;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** The same object as before while the content is the same; null while there was none yet. */
  @Nullable T content() {
    return look().good();
  }

  /** Looks now. Null: what was found first is still in use. What was never there is no change. */
  @Nullable Instant takenUpAt() {
    return look().takenUpAt();
  }

  /** Whether it is there now, and what it should be. */
  boolean isGood() {
    try {
      return meaning.apply(Files.readAllBytes(path)).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private Kept<T> look() {
    Kept<T> last = kept.get();
    long now = nanoTime.getAsLong();
    if (last != null && now - last.readAt() < FRESH_NANOS) {
      return last;
    }
    Kept<T> next = read(last, now);
    // One reading wins, so that all threads see the same object.
    Kept<T> others = kept.compareAndExchange(last, next);
    return others == last || others == null ? next : others;
  }

  private Kept<T> read(@Nullable Kept<T> last, long now) {
    T good = last == null ? null : last.good();
    Instant takenUpAt = last == null ? null : last.takenUpAt();
    byte[] read = last == null ? null : last.read();
    try {
      byte[] bytes = Files.readAllBytes(path);
      T found = Arrays.equals(bytes, read) ? null : meaning.apply(bytes).orElse(null);
      if (found != null && !found.equals(good)) {
        takenUpAt = good == null ? null : clock.instant();
        good = found;
      }
      read = bytes;
    } catch (IOException e) {
      // Missing, or half-written: the report says so.
    }
    return new Kept<>(read, now, good, takenUpAt);
  }
}
