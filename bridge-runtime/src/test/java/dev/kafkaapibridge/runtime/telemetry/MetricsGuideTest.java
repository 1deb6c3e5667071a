package dev.kafkaapibridge.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.report.StatusReport.RetryTopic;
import dev.kafkaapibridge.api.v1alpha1.ObservabilitySpec.PayloadLogging;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.deliver.Hold;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.target.ChannelCounts;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The guide names each meter that is there, and none that isn't. */
class MetricsGuideTest {

  private static final Path GUIDE =
      Path.of(System.getProperty("kab.root", "..")).resolve("docs/guide/metrics.md");

  @Test
  void eachMeterStandsInTheGuide() throws IOException {
    assertThat(names(Files.readString(GUIDE), "(?m)^\\|(.*?)\\|", "`(kab_\\w+)`"))
        .isEqualTo(names(scrape(), "(?m)^# TYPE (.*)$", "(kab_\\w+)"));
  }

  private static String scrape() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var clock = Clock.systemUTC();
    var metrics =
        new DeliveryMetrics(
            registry,
            new TargetHealth(),
            new DeadLetterHealth("t", clock),
            new AnswerHealth("t", new HeldRecords(clock)),
            Optional.empty(),
            PayloadLog.of(PayloadLogging.Never, false, clock),
            clock);
    var record = Records.record(Records.assignment("orders", 0), 1, "a");
    metrics.answered(record, new Verdict.Accepted("200"), Duration.ofMillis(3), false);
    metrics.heldBack(record, Hold.RateLimit, Duration.ofMillis(3));
    metrics.ended(record, new Outcome.Delivered());
    ConsumptionMetrics.register(
        registry, new ConsumptionView(clock), () -> false, () -> 0, new HeldRecords(clock));
    RetryMetrics.register(
        registry,
        new RetryTopicHealth(
            List.of(new RetryTopic("g.retry.1", 60_000)), new ConsumptionView(clock), clock),
        clock);
    PaceMetrics.register(registry, Pace.none(), () -> 64, () -> 0);
    PaceMetrics.register(registry, new BatchSize(100, 1_000_000, System::nanoTime));
    metrics.batchAnswered(100, 50_000);
    metrics.batchSplit();
    CertificateMetrics.register(
        registry,
        List.of(new Reference("Secret", "a", "tls.crt", "f", Reference.Holds.CertificateChain)),
        reference -> Instant.EPOCH);
    ChannelMetrics.register(registry, new ChannelCounts(() -> 0));
    ProcessMetrics.register(registry, "1.0");
    return registry.scrape();
  }

  private static TreeSet<String> names(String text, String line, String name) {
    var names = new TreeSet<String>();
    Pattern.compile(line)
        .matcher(text)
        .results()
        .flatMap(row -> Pattern.compile(name).matcher(row.group(1)).results())
        .map(found -> found.group(1))
        // Prometheus' own derivation: the largest value of a timer's window.
        .filter(found -> !found.endsWith("_max"))
        .forEach(names::add);
    return names;
  }
}
