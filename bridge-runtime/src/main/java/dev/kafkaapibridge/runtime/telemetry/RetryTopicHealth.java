package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.api.report.StatusReport.RetryTopic;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import java.time.Clock;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What stands in the way of retry topics, be it of writing or of reading. Safe for all lanes. */
public final class RetryTopicHealth {

  private final List<RetryTopic> topics;
  private final ConsumptionView view;
  private final StandingFault fault;

  /**
   * @param view of who reads them
   */
  public RetryTopicHealth(List<RetryTopic> topics, ConsumptionView view, Clock clock) {
    this.topics = List.copyOf(topics);
    this.view = view;
    this.fault = new StandingFault(LoggerFactory.getLogger(RetryTopicHealth.class), clock);
  }

  public void failed(String reason, String message) {
    fault.met(reason, message);
  }

  /** A write, or a look at the topics, found nothing in the way. */
  public void wrote() {
    fault.mended();
  }

  List<RetryTopic> topics() {
    return topics;
  }

  ConsumptionView view() {
    return view;
  }

  Health health() {
    return fault
        .now()
        .orElseGet(() -> {
          Health reading = view.snapshot().failure();
          return reading != null
              ? reading
              : new Health(true, "TopicsReady", "Retry topics take records and are read.");
        });
  }
}
