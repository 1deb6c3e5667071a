package dev.kafkaapibridge.sandbox.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The weather of the API. All switches are off in {@link #FAIR}; what a JSON document doesn't name
 * is off. They are asked in this order: capacity, outage, authorization, quota, errors, refusal,
 * resets; the first that strikes decides.
 *
 * @param latencyMillis before each answer; 0 to 600 000
 * @param jitterMillis up to so much more, evenly spread
 * @param quota requests that are accepted in a window; the others get 429
 * @param errors answers that fail
 * @param outage how the whole API is gone
 * @param refusal records that the API never takes
 * @param authorization whether credentials are good; {@code Rejected} answers 401 to everything
 * @param slowBodyMillis how long the body of an answer takes to trickle in
 * @param resets connections that are cut
 * @param capacity requests that are worked on at once; others get 503 at once
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Switches(
    int latencyMillis,
    int jitterMillis,
    @Nullable Quota quota,
    @Nullable Errors errors,
    Outage outage,
    @Nullable Refusal refusal,
    Authorization authorization,
    int slowBodyMillis,
    @Nullable Resets resets,
    @Nullable Integer capacity) {

  public static final Switches FAIR =
      new Switches(0, 0, null, null, Outage.None, null, Authorization.Accepted, 0, null, null);

  /**
   * @param requests accepted in each window; 0 or more
   * @param windowMillis length of a window; 1 or more
   * @param hints whether the answers tell: Retry-After and RateLimit headers
   */
  public record Quota(int requests, int windowMillis, @Nullable Hints hints) {
    public Quota {
      require(requests >= 0, "quota.requests", "must be 0 or more");
      require(windowMillis >= 1, "quota.windowMillis", "must be 1 or more");
      hints = hints == null ? Hints.All : hints;
    }

    public Quota(int requests, int windowMillis) {
      this(requests, windowMillis, Hints.All);
    }
  }

  public enum Hints {
    All,
    None
  }

  /**
   * @param status 400 to 599
   * @param percent of the calls; 0 to 100
   */
  public record Errors(int status, int percent) {
    public Errors {
      require(status >= 400 && status <= 599, "errors.status", "must be between 400 and 599");
      requirePercent(percent, "errors.percent");
    }
  }

  public enum Outage {
    None,
    /** 503 to everything. */
    ServiceUnavailable,
    /** Nothing listens. */
    ConnectionRefused,
    /** Requests are read and never answered. */
    BlackHole
  }

  /**
   * @param status 400 to 599: a record may be beyond an API's powers, too
   * @param body regular expression that is found in the body of what is refused
   */
  public record Refusal(int status, String body) {
    public Refusal {
      require(status >= 400 && status <= 599, "refusal.status", "must be between 400 and 599");
      try {
        Pattern.compile(body);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "refusal.body is no regular expression: " + e.getDescription(), e);
      }
    }
  }

  public enum Authorization {
    Accepted,
    Rejected
  }

  /**
   * @param percent of the calls; 0 to 100
   * @param at when the connection is cut
   */
  public record Resets(int percent, At at) {
    public Resets {
      requirePercent(percent, "resets.percent");
      require(at != null, "resets.at", "must be BeforeAnswer or MidAnswer");
    }
  }

  public enum At {
    /** The request was read, nothing was done, no answer comes. */
    BeforeAnswer,
    /** The API has done its work; the connection breaks within the answer. */
    MidAnswer
  }

  public Switches {
    require(latencyMillis >= 0 && latencyMillis <= 600_000, "latencyMillis", "must be 0 to 600000");
    require(jitterMillis >= 0 && jitterMillis <= 600_000, "jitterMillis", "must be 0 to 600000");
    require(
        slowBodyMillis >= 0 && slowBodyMillis <= 600_000, "slowBodyMillis", "must be 0 to 600000");
    require(capacity == null || capacity >= 0, "capacity", "must be 0 or more");
    outage = outage == null ? Outage.None : outage;
    authorization = authorization == null ? Authorization.Accepted : authorization;
  }

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * Reads switches from JSON, such as {@code {"outage": "BlackHole"}}.
   *
   * @throws IllegalArgumentException with a sentence for whoever wrote it
   */
  public static Switches parse(String json) {
    try {
      return JSON.readValue(json, Switches.class);
    } catch (JsonProcessingException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IllegalArgumentException known) {
          throw known;
        }
      }
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void requirePercent(int percent, String field) {
    require(percent >= 0 && percent <= 100, field, "must be 0 to 100");
  }

  private static void require(boolean holds, String field, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(field + " " + rule);
    }
  }
}
