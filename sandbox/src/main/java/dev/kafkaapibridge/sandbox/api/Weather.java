package dev.kafkaapibridge.sandbox.api;

import dev.kafkaapibridge.sandbox.api.Switches.At;
import dev.kafkaapibridge.sandbox.api.Switches.Authorization;
import dev.kafkaapibridge.sandbox.api.Switches.Outage;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides answers by one setting of the switches. The only state is the quota's window and what is
 * worked on, which start anew when the switches are thrown.
 */
final class Weather {

  private final Switches switches;
  private final @Nullable QuotaWindow quota;
  private final @Nullable Pattern refused;
  private final @Nullable Semaphore room;

  Weather(Switches switches) {
    this.switches = switches;
    this.quota = switches.quota() == null ? null : new QuotaWindow(switches.quota());
    this.room = switches.capacity() == null ? null : new Semaphore(switches.capacity());
    this.refused = switches.refusal() == null ? null : Pattern.compile(switches.refusal().body());
  }

  Switches switches() {
    return switches;
  }

  /** Whether there is room for one more; if so, {@link #leave} follows. */
  boolean enter() {
    return room == null || room.tryAcquire();
  }

  void leave() {
    if (room != null) {
      room.release();
    }
  }

  /** The answer where there is no room. */
  Answer full() {
    return new Answer.Respond(503, Map.of(), "{\"error\":\"too much at once\"}", 0);
  }

  /** The answer where the credentials are no good. */
  Answer stranger() {
    return error(401, Map.of("WWW-Authenticate", "Bearer"), "credentials are not accepted");
  }

  /**
   * How long the answer is kept back.
   *
   * @param dice 0 to below 1
   */
  long delayMillis(double dice) {
    return switches.latencyMillis() + (long) (switches.jitterMillis() * dice);
  }

  /**
   * The answer to a request.
   *
   * @param dice by which percentages are drawn; each draw is 0 to below 100
   */
  Answer answer(String body, long nowMillis, Dice dice) {
    switch (switches.outage()) {
      case BlackHole:
        return new Answer.Hold();
      case ConnectionRefused: // reached us before the door was closed
        return new Answer.CutBefore();
      case ServiceUnavailable:
        return error(503, Map.of(), "service unavailable");
      case None:
        break;
    }
    if (switches.authorization() == Authorization.Rejected) {
      return stranger();
    }
    Map<String, String> headers = Map.of();
    if (quota != null) {
      QuotaWindow.Standing standing = quota.take(nowMillis);
      headers = standing.headers();
      if (!standing.accepted()) {
        return error(429, headers, "too many requests");
      }
    }
    Switches.Errors errors = switches.errors();
    if (errors != null && dice.roll() < errors.percent()) {
      return error(errors.status(), headers, "an error, as the switchboard asks for");
    }
    Switches.Refusal refusal = switches.refusal();
    if (refusal != null && refused != null && refused.matcher(body).find()) {
      return error(refusal.status(), headers, "this record is refused");
    }
    Switches.Resets resets = switches.resets();
    if (resets != null && dice.roll() < resets.percent()) {
      return resets.at() == At.MidAnswer ? new Answer.CutWithin(headers) : new Answer.CutBefore();
    }
    return new Answer.Respond(200, headers, "{\"accepted\":true}", switches.slowBodyMillis());
  }

  boolean closesTheDoor() {
    return switches.outage() == Outage.ConnectionRefused;
  }

  interface Dice {
    /** 0 to below 100. */
    double roll();
  }

  private Answer error(int status, Map<String, String> headers, String message) {
    return new Answer.Respond(
        status, headers, "{\"error\":\"" + message + "\"}", switches.slowBodyMillis());
  }
}
