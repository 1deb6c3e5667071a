package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.api.validation.BridgeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code spec.state}, and the replay that is to run, by the file as it is now: a person edits it,
 * or the kubelet swaps it within about a minute of a change. Owned by the thread that looks once a
 * second; all others may ask. Whatever else changes in the file is for the next process.
 */
final class StateFile {

  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Path file;
  private final String specHash;
  private String lastRead = "";
  private volatile State state;
  private volatile boolean standsStill;
  private volatile Optional<ReplayOrder> replay;

  /**
   * @param running what the process was started with
   */
  StateFile(Path file, BridgeFile.Reading.Sound running) {
    this.file = file;
    this.specHash = hash(running);
    this.state = running.bridge().spec().state();
    this.replay = replay(running);
  }

  /** The replay that is to run now. */
  Optional<ReplayOrder> replay() {
    return replay;
  }

  private static Optional<ReplayOrder> replay(BridgeFile.Reading.Sound file) {
    return ReplayOrder.read(
        file.tree().path("metadata").path("annotations").path(ReplayOrder.ANNOTATION).asText());
  }

  /** Whether nothing is to be fetched and no call to begin. */
  boolean isPaused() {
    return state == State.Paused;
  }

  /** Whether a pause has come into force: the calls that were under way have ended. */
  boolean standsStill() {
    return standsStill;
  }

  /**
   * Until the thread is interrupted.
   *
   * @param stop is run when the file says Stopped
   */
  void watch(BooleanSupplier isCalling, Runnable stop) {
    while (!Thread.currentThread().isInterrupted()) {
      look(isCalling, stop);
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  void look(BooleanSupplier isCalling, Runnable stop) {
    State before = state;
    read();
    // Records that wait pass for calls at the moment when they come to wait: once still, it stays.
    standsStill = isPaused() && (standsStill || !isCalling.getAsBoolean());
    if (state != before) {
      log.atInfo().addKeyValue("state", state).log(meaning(state));
      if (state == State.Stopped) {
        stop.run();
      }
    }
  }

  private void read() {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return; // it is being replaced
    }
    if (text.equals(lastRead)) {
      return;
    }
    lastRead = text;
    switch (BridgeFile.read(text)) {
      case BridgeFile.Reading.Sound sound -> {
        state = sound.bridge().spec().state();
        replay = replay(sound);
        if (!hash(sound).equals(specHash)) {
          log.atInfo().log("the file has changed beyond spec.state: that is for the next start");
        }
      }
      case BridgeFile.Reading.Refused(var violations) ->
          log.atWarn()
              .addKeyValue("field", violations.getFirst().field())
              .log("the file has changed and can't be used: what runs goes on as it was");
    }
  }

  private static String hash(BridgeFile.Reading.Sound file) {
    return SpecHash.of(file.tree().get("spec"));
  }

  private static String meaning(State state) {
    return switch (state) {
      case Running -> "resumed: reading goes on where it was";
      case Paused -> "paused: nothing is fetched, no call begins, those under way end";
      case Stopped -> "stopped: calls under way end, and with them the process";
    };
  }
}
