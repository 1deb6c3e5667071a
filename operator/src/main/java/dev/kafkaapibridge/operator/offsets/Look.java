package dev.kafkaapibridge.operator.offsets;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one look at a bridge's offsets brought. What was not seen is named, and is never a zero. */
public sealed interface Look {

  /**
   * @param places one for each partition whose end was told
   * @param gap what is missing; null: these are all of the bridge's partitions, each with its
   *     position
   */
  record Seen(List<Place> places, @Nullable Trouble gap) implements Look {
    public Seen {
      places = List.copyOf(places);
    }
  }

  /** Nothing was seen. */
  record Blind(Trouble why) implements Look {}

  /**
   * @param partition topic and number
   * @param end offset of the next record that comes
   */
  record Place(String partition, long end, Position position) {}

  /** From where a pod would read on. */
  sealed interface Position {

    /** The group's commit. */
    record Committed(long offset) implements Position {}

    /** There is no commit that means anything, so a pod would begin at the first record. */
    record First(long offset) implements Position {}

    /** Nobody told. */
    record Unknown() implements Position {}
  }
}
