package dev.kafkaapibridge.operator.offsets;

import dev.kafkaapibridge.api.derived.Reference;

/**
 * What the Secrets and ConfigMaps hold that a spec names. It is asked for when a look begins, and
 * forgotten with the look.
 */
public interface Referenced {

  Content content(Reference reference);

  /** What came of asking. */
  sealed interface Content {

    /** Not empty. */
    record Text(String value) implements Content {
      @Override
      public String toString() {
        return "text"; // what people log may be a password
      }
    }

    /** It isn't there, or nothing is in it. */
    record Missing() implements Content {}

    /**
     * Nobody may say whether it is there.
     *
     * @param why half a sentence without a full stop
     */
    record Closed(String why) implements Content {}
  }
}
