package dev.kafkaapibridge.runtime.target;

import dev.kafkaapibridge.api.v1alpha1.ResponseSpec;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the target answered, for the topic that {@code spec.response} names. Kept by the verdict
 * that ends the record, until it is written; nowhere else.
 *
 * @param type what the body is, as a media type; null where the target doesn't say
 * @param headers by their names in lower case; several of one name joined by commas
 * @param body empty where there was none
 * @param truncated whether the target's body was longer than what may be kept of it
 */
public record KeptAnswer(
    @Nullable String type, Map<String, String> headers, byte[] body, boolean truncated) {

  /** Which answers are kept. */
  public enum Keeping {
    Nothing,
    /** Those that accept their record. */
    Accepted,
    /** Also those that don't, as far as {@link #MOST_OF_A_FAILURE}. */
    Always;

    public static Keeping of(@Nullable ResponseSpec spec) {
      if (spec == null) {
        return Nothing;
      }
      return spec.when() == ResponseSpec.When.Always ? Always : Accepted;
    }

    /** Whether an answer with this verdict is kept. */
    public boolean keeps(Verdict verdict) {
      return switch (verdict) {
        case Verdict.Accepted ignored -> this != Nothing;
        case Verdict.RecordRefused ignored -> this == Always;
        case Verdict.TargetFailed ignored -> this == Always;
        // With these a record is sent again; who is given up meanwhile has an answer without body.
        case Verdict.TargetMisconfigured ignored -> false;
        case Verdict.RateLimited ignored -> false;
        case Verdict.Again ignored -> false;
        case Verdict.Cut ignored -> false;
      };
    }
  }

  /**
   * Bytes of an answer that did not accept its record: it is kept while the record waits to be sent
   * again, or to be put aside, and any number of records may wait.
   */
  public static final int MOST_OF_A_FAILURE = 4_096;

  /** As much of it as is kept with this verdict. */
  public KeptAnswer with(Verdict verdict) {
    return verdict instanceof Verdict.Accepted || body.length <= MOST_OF_A_FAILURE
        ? this
        : new KeptAnswer(type, headers, Arrays.copyOf(body, MOST_OF_A_FAILURE), true);
  }
}
