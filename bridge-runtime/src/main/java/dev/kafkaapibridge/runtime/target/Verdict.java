package dev.kafkaapibridge.runtime.target;

import dev.kafkaapibridge.runtime.transform.Unfit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an answer, or the lack of one, says. Whose fault it is decides everything after: the
 * record's (refuse it), the target's (wait, spend nothing on evidence), the configuration's (hold,
 * say the fix), or nobody's (slow down).
 */
public sealed interface Verdict {

  /** HTTP status or gRPC code, as text; "-" where there was no answer. */
  String code();

  /**
   * The case in one word, for metrics and dead letters: the verdict's own name where there is
   * nothing more to say, or what a response rule calls it.
   */
  String reason();

  /**
   * What was seen beside the verdict, for dead letters.
   *
   * @param exception class name of the exception that broke the call; null where none did
   * @param answer the beginning of the answer's body, clean; null unless the spec asks for it and
   *     there was one
   * @param pointer JSON pointer to the part of the record that is at fault; null where none is
   * @param kept the answer itself; null unless {@code spec.response} asks for it and there was one
   */
  record Clues(
      @Nullable String exception,
      @Nullable String answer,
      @Nullable String pointer,
      @Nullable KeptAnswer kept) {
    public static final Clues NONE = new Clues(null, null);

    public Clues(@Nullable String exception, @Nullable String answer, @Nullable String pointer) {
      this(exception, answer, pointer, null);
    }

    public Clues(@Nullable String exception, @Nullable String answer) {
      this(exception, answer, null);
    }

    private Clues withKept(KeptAnswer answered) {
      return new Clues(exception, answer, pointer, answered);
    }
  }

  /** Whether a call was made for the record itself, as far as that is known. */
  default boolean countsAsSent() {
    return switch (this) {
      case Cut ignored -> false;
      case TargetFailed failed -> !failed.beforeTheCall();
      case Again again -> again.why() != Again.Why.Asked;
      case Verdict other -> true;
    };
  }

  /** What else is known of the cause. */
  default Clues clues() {
    return Clues.NONE;
  }

  /** With the answer that it comes from; the same where a verdict ends no record. */
  default Verdict with(KeptAnswer answered) {
    return with(clues().withKept(answered));
  }

  /** With these clues; the same where a verdict has none. */
  default Verdict with(Clues clues) {
    return switch (this) {
      case TargetFailed(var code, var reason, var detail, var none) ->
          new TargetFailed(code, reason, detail, clues);
      case TargetMisconfigured(var code, var reason, var detail, var none) ->
          new TargetMisconfigured(code, reason, detail, clues);
      case RecordRefused(var code, var reason, var detail, var none) ->
          new RecordRefused(code, reason, detail, clues);
      case Accepted(var code, var reason, var none) -> new Accepted(code, reason, clues);
      case RateLimited ignored -> this;
      case Again ignored -> this;
      case Cut ignored -> this;
    };
  }

  record Accepted(String code, String reason, Clues clues) implements Verdict {
    public Accepted(String code, String reason) {
      this(code, reason, Clues.NONE);
    }

    public Accepted(String code) {
      this(code, "Accepted");
    }
  }

  /**
   * @param retryAfter what the target asks to wait; null where it gave no hint
   */
  record RateLimited(String code, @Nullable Duration retryAfter, String reason) implements Verdict {
    public RateLimited(String code, @Nullable Duration retryAfter) {
      this(code, retryAfter, "RateLimited");
    }
  }

  /**
   * @param reason {@code ServerError}, {@code Timeout}, {@code ConnectionFailed}, {@code
   *     InvalidAnswer}, {@link #NOT_CALLED}
   * @param detail short and clean, never a body or a header
   */
  record TargetFailed(String code, String reason, String detail, Clues clues) implements Verdict {

    /** The target has failed before any call was made for the record, which is no attempt. */
    public static final String NOT_CALLED = "NotCalled";

    public TargetFailed(String code, String reason, String detail) {
      this(code, reason, detail, Clues.NONE);
    }

    public boolean beforeTheCall() {
      return reason.equals(NOT_CALLED);
    }
  }

  /**
   * @param reason a reason of TargetHealthy: {@code AuthenticationFailed}, {@code TLSFailed},
   *     {@code NameNotResolved}, {@code AddressDenied}, {@code MethodUnimplemented}, {@code
   *     UnexpectedRedirect}, {@code NotFound}
   * @param detail what was seen, and the fix
   */
  record TargetMisconfigured(String code, String reason, String detail, Clues clues)
      implements Verdict {
    public TargetMisconfigured(String code, String reason, String detail) {
      this(code, reason, detail, Clues.NONE);
    }
  }

  /**
   * @param reason {@code Refused}, or what made the request impossible, for example {@code
   *     InvalidHeader}
   * @param detail short and clean
   */
  record RecordRefused(String code, String reason, String detail, Clues clues) implements Verdict {
    public RecordRefused(String code, String reason, String detail) {
      this(code, reason, detail, Clues.NONE);
    }

    /** It can't be made into a request. */
    public static RecordRefused of(Unfit why) {
      return new RecordRefused(
          "-",
          why.reason(),
          String.valueOf(why.getMessage()),
          new Clues(null, null, why.pointer()));
    }
  }

  /**
   * Nothing is known of the record, and it is sent again as soon as it may: the next send pays the
   * throttle like every other.
   */
  record Again(String code, Why why) implements Verdict {

    /** What has come in between. */
    public enum Why {
      /**
       * The target names another place of its own, where the same {@link Target.Call} goes next.
       */
      Redirected,
      /** The target can't read what is compressed (415). What is sent next is not. */
      NotDecoded,
      /** The target says that it has not looked at it: a stream that it refuses. */
      NotLookedAt,
      /** The target refused the token, and the next one is another. */
      NewToken,
      /** It shared a stream with others, which says of no single one what came of it. */
      InCompany,
      /** The leave to call was used to ask for what the call is made by, or to wait for that. */
      Asked
    }

    @Override
    public String reason() {
      return why.name();
    }
  }

  /**
   * The call was cut because its partition was taken away, or was not sent because it may have
   * been: nothing is known.
   */
  record Cut(String code) implements Verdict {
    @Override
    public String reason() {
      return "Cut";
    }
  }
}
