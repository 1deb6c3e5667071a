package dev.kafkaapibridge.runtime.telemetry;

import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLogTest {

  @Test
  void aFaultDoesNotSilenceIt() {
    var asked = new AtomicInteger();
    var events =
        new EventLog(
            () -> {
              asked.incrementAndGet();
              throw new IllegalStateException("a fault");
            },
            Clock.systemUTC());
    Thread running = Thread.ofVirtual().start(events::run);
    try {
      await().until(() -> asked.get() >= 2);
    } finally {
      running.interrupt();
    }
  }
}
