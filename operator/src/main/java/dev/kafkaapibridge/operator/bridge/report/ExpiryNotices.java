package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.operator.bridge.observe.Expiring;
import dev.kafkaapibridge.operator.kube.Notice;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;

/** Certificates that end, as events and in the words of a condition. Pure. */
public final class ExpiryNotices {

  private ExpiryNotices() {}

  public static List<Notice> of(List<Expiring> news, OffsetDateTime now) {
    return news.stream()
        .map(one ->
            one.at().isAfter(now)
                ? notice(
                    "CertificateExpires",
                    "%s: its certificates end on %s, in less than %s. Renew them; pods take them up without a restart"
                        .formatted(one.what(), one.at(), left(one, now)))
                : notice(
                    "CertificateExpired",
                    "%s: its certificates have ended on %s. Renew them; pods take them up without a restart"
                        .formatted(one.what(), one.at())))
        .toList();
  }

  private static Notice notice(String reason, String note) {
    return new Notice(Notice.Type.Warning, reason, "ResolveReferences", note);
  }

  private static String left(Expiring one, OffsetDateTime now) {
    return Words.counted((int) Duration.between(now, one.at()).toDays() + 1, "day");
  }

  /** It changes when one of them ends or is renewed, and not with each day. */
  static String sentence(Expiring one, OffsetDateTime now) {
    return "the certificates of %s %s on %s"
        .formatted(one.what(), one.at().isAfter(now) ? "end" : "have ended", one.at());
  }
}
