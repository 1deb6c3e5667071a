package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.record.Leb128;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The text that travels with a committed offset to the partition's next owner: {@code
 * kab1;t=TOPIC-ID;e=EPOCH;q=ACCOUNT;r=RATE;f=RANGES}. A frozen contract, see
 * docs/contracts/commit-metadata.md. Pure.
 *
 * @param topicId the topic that the commit was made for; a topic made again under its name has
 *     another
 * @param leaderEpoch leader epoch of the newest record that was read, or -1 where none is known: a
 *     record of a later one was written after all of them
 * @param ended offsets beyond the committed one that have ended, or never were
 * @param account what the partition's next owner has to know of its part of a declared rate limit,
 *     in the words of {@code quota}; null: nothing
 * @param rate its part of a learned rate, in the words of {@code pace}; null: none was learned
 */
public record CommitMetadata(
    Uuid topicId,
    int leaderEpoch,
    OffsetRanges ended,
    @Nullable String account,
    @Nullable String rate) {

  /**
   * What the broker takes by default ({@code offset.metadata.max.bytes}, which counts characters).
   */
  public static final int MAX_CHARACTERS = 4096;

  /**
   * So many ranges fit, of runs below two million that have not ended, three bytes each, and below
   * 268 million that have, four: 3,734 characters, which leave 362 for the rest. That is 45 of a
   * partition of a retry topic, of which no limit says anything.
   */
  static final int SURE_TO_FIT = 400;

  private static final String VERSION = "kab1";

  /**
   * An encoding and how many ranges did not fit into it: those are sent again after a restart,
   * nothing worse.
   */
  public record Text(String text, int leftOut) {}

  /** Of a partition of whose records nothing is known. */
  static CommitMetadata nothingEnded(
      Uuid topicId, @Nullable String account, @Nullable String rate) {
    return new CommitMetadata(topicId, -1, OffsetRanges.NONE, account, rate);
  }

  public Text encode(long committed) {
    String head =
        VERSION
            + ";t="
            + topicId
            + ";e="
            + leaderEpoch
            + (account == null ? "" : ";q=" + account)
            + (rate == null ? "" : ";r=" + rate);
    if (ended.isEmpty()) {
      return new Text(head, 0);
    }
    // Three bytes of varints are four characters; a range takes at least two bytes, so this many
    // can't fit anyhow.
    int fits = Math.min(ended.size(), MAX_CHARACTERS / 2);
    byte[] ranges = varints(committed, ended.first(fits));
    int room = (MAX_CHARACTERS - head.length() - ";f=".length()) / 4 * 3;
    while (ranges.length > room) {
      fits = Math.min(fits - 1, (int) ((long) fits * room / ranges.length));
      ranges = varints(committed, ended.first(fits));
    }
    return new Text(head + ";f=" + Leb128.text(ranges), ended.size() - fits);
  }

  /**
   * Reads what an earlier owner wrote. Sections that this version doesn't know are passed over.
   *
   * @return null if the text is none of ours (another application's, another version's, damaged):
   *     then nothing is known beyond the offset
   */
  public static @Nullable CommitMetadata decode(long committed, @Nullable String text) {
    if (text == null || !text.startsWith(VERSION + ";")) {
      return null;
    }
    try {
      Uuid topicId = Uuid.ZERO_UUID;
      int leaderEpoch = -1;
      OffsetRanges ended = OffsetRanges.NONE;
      String account = null;
      String rate = null;
      for (String section : text.substring(VERSION.length() + 1).split(";", -1)) {
        String value = section.substring(Math.min(2, section.length()));
        if (section.startsWith("t=")) {
          topicId = Uuid.fromString(value);
        } else if (section.startsWith("e=")) {
          leaderEpoch = Integer.parseInt(value);
        } else if (section.startsWith("f=")) {
          ended = ranges(committed, Leb128.decode(value));
        } else if (section.startsWith("q=")) {
          account = value;
        } else if (section.startsWith("r=")) {
          rate = value;
        }
      }
      return new CommitMetadata(topicId, leaderEpoch, ended, account, rate);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return null;
    }
  }

  /**
   * Lengths of the runs from the committed offset on, in turn: not ended, ended, not ended, ... as
   * unsigned LEB128.
   */
  private static byte[] varints(long committed, OffsetRanges ranges) {
    var bytes = new ByteArrayOutputStream();
    long at = committed;
    for (long bound : ranges.bounds()) {
      Leb128.write(bytes, bound - at);
      at = bound;
    }
    return bytes.toByteArray();
  }

  private static OffsetRanges ranges(long committed, List<Long> lengths) {
    if (lengths.size() % 2 != 0) {
      throw new IllegalArgumentException("the runs end in the middle");
    }
    var ranges = new OffsetRanges.Builder();
    long at = committed;
    for (int i = 0; i < lengths.size(); i += 2) {
      long from = Math.addExact(at, lengths.get(i));
      at = Math.addExact(from, lengths.get(i + 1));
      if (at > from) {
        ranges.add(from, at);
      }
    }
    return ranges.build();
  }
}
