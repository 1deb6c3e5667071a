package dev.kafkaapibridge.sandbox.kubernetes;

import java.time.Instant;

/** What a container does at the moment. */
sealed interface ContainerState {

  /**
   * @param reason CamelCase, as kubectl prints it under STATUS
   */
  record Waiting(String reason, String message) implements ContainerState {}

  record Running(Instant startedAt) implements ContainerState {}

  /**
   * @param message what the program wrote last, if it failed
   */
  record Ended(int exitCode, Instant startedAt, Instant finishedAt, String message)
      implements ContainerState {}
}
