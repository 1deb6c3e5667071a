package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.Slots;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is ready and free slots together. Safe for all threads.
 *
 * @param <W> what has a slot as long as it is done
 */
final class ReadyWork<W> {

  private final Slots slots;
  private final Supplier<@Nullable W> next;
  private final BooleanSupplier isReady;
  private final Consumer<W> start;

  /**
   * @param next takes what is next; null: nothing is ready
   * @param isReady whether something is
   * @param start begins with it, with a slot
   */
  ReadyWork(Slots slots, Supplier<@Nullable W> next, BooleanSupplier isReady, Consumer<W> start) {
    this.slots = slots;
    this.next = next;
    this.isReady = isReady;
    this.start = start;
  }

  /**
   * A slot that turned out to be of no use may have been the one that somebody else, who had just
   * made something ready, did not get: so it is looked again once the slot is given back.
   */
  void start() {
    while (slots.tryTake()) {
      W work = next.get();
      if (work != null) {
        start.accept(work);
        continue;
      }
      slots.giveBack();
      if (!isReady.getAsBoolean()) {
        return;
      }
    }
  }
}
