package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.derived.Reference;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** When certificates end, as meters, described for people in docs/guide/metrics.md. */
public final class CertificateMetrics {

  private CertificateMetrics() {}

  /**
   * @param references that hold certificates
   * @param expiry of the content in use; null: there is none
   */
  public static void register(
      MeterRegistry registry,
      List<Reference> references,
      Function<Reference, @Nullable Instant> expiry) {
    var known = new HashSet<String>();
    for (Reference reference : references) {
      // Several fields may name one file: a broker and a registry by the same authority.
      if (!known.add(reference.kind() + '/' + reference.name() + '/' + reference.key())) {
        continue;
      }
      Gauge.builder(
              "kab.certificate.expiry.timestamp",
              () -> {
                Instant at = expiry.apply(reference);
                return at == null ? Double.NaN : at.getEpochSecond();
              })
          .description("When the certificates that a Secret or ConfigMap holds have ended")
          .baseUnit("seconds")
          .tag("kind", reference.kind())
          .tag("name", reference.name())
          .tag("key", reference.key())
          .register(registry);
    }
  }
}
