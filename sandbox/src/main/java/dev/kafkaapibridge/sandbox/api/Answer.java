package dev.kafkaapibridge.sandbox.api;

import java.util.Map;

/** What the weather makes of one request. */
sealed interface Answer {

  /** A whole answer; its body takes {@code slowBodyMillis} to trickle in. */
  record Respond(int status, Map<String, String> headers, String body, int slowBodyMillis)
      implements Answer {}

  /** No answer, and the connection stays open. */
  record Hold() implements Answer {}

  /** No answer, and the connection is closed. */
  record CutBefore() implements Answer {}

  /** The request is done; the connection is closed within the answer. */
  record CutWithin(Map<String, String> headers) implements Answer {}

  /** What the caller is told; 0 where it is told nothing. */
  default int status() {
    return switch (this) {
      case Respond respond -> respond.status();
      case CutWithin _ -> 200;
      case Hold _, CutBefore _ -> 0;
    };
  }

  /** Whether the API has done what was asked for. */
  default boolean accepted() {
    return status() >= 200 && status() < 300;
  }
}
