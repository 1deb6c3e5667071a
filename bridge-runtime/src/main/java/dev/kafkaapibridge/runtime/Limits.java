package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.runtime.connect.CheckedSockets;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much may be under way at once: what the spec asks for, or less where memory doesn't hold it.
 *
 * @param maxInFlight calls
 * @param recordsOfCall the most that one takes
 * @param recordBytes of records taken from Kafka
 */
record Limits(int maxInFlight, int recordsOfCall, long recordBytes) {

  private static final Logger log = LoggerFactory.getLogger(Limits.class);

  static Limits of(KafkaApiBridgeSpec bridge, HeapShares shares) {
    DeliverySpec spec = bridge.delivery();
    BatchSpec batch = spec.batch();
    HttpSpec http = bridge.target().http();
    boolean gathers = batch != null && http != null && http.url().startsWith("http:");
    int held = gathers ? shares.callsWith(CheckedSockets.GATHERED) : shares.calls();
    int calls = Math.min(spec.maxInFlight(), held);
    if (calls < spec.maxInFlight()) {
      log.atWarn()
          .addKeyValue("maxInFlight", spec.maxInFlight())
          .addKeyValue("held", calls)
          .log(
              "memory holds fewer calls at once than spec.delivery.maxInFlight: raise spec.workload.resources.limits.memory, or lower it");
    }
    // Items may be copies of what the records hold, and so are bodies that are signed or
    // compressed.
    return batch == null
        ? new Limits(calls, 1, shares.recordBytes())
        : new Limits(calls, batch.maxRecords(), shares.recordBytes() / 2);
  }

  /** Records of a replay under way at once: enough for as many calls as may be under way, twice. */
  int replayWindow() {
    return Math.clamp(2L * maxInFlight * Math.min(recordsOfCall, 50), 100, 2_000);
  }

  /**
   * @param shared whether retry topics are read too, who get a quarter
   */
  FlowControl ofSources(boolean shared) {
    return flowControl(shared ? recordBytes / 4 * 3 : recordBytes);
  }

  FlowControl ofRetries() {
    return flowControl(recordBytes / 4);
  }

  /** Where keys keep their order: what a commit forgets would be sent again out of it. */
  FlowControl ofRetriesInOrder() {
    return ofRetries().whoseEndsFitACommit();
  }

  private FlowControl flowControl(long bytes) {
    return FlowControl.of(maxInFlight, recordsOfCall, bytes);
  }
}
