package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.report.ExpiryNotices;
import dev.kafkaapibridge.operator.kube.Notice;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpiryNewsTest {

  private static final List<Reference> REFERENCES =
      List.of(Reference.certificateOf(new NameRef("crm"), "spec.kafka.authentication"));

  private final ExpiryNews news = new ExpiryNews();

  @Test
  void eachStageIsToldOnce() {
    Member pod = endsOn("a", "2026-12-31");
    assertThat(at("2026-11-30", pod)).as("31 days before").isEmpty();
    assertThat(at("2026-12-01", pod)).hasSize(1);
    assertThat(at("2026-12-02", pod)).isEmpty();
    assertThat(at("2026-12-24", pod)).hasSize(1);
    assertThat(at("2026-12-29", pod)).isEmpty();
    assertThat(at("2026-12-30", pod)).hasSize(1);
    assertThat(at("2026-12-31", pod)).hasSize(1);
    assertThat(at("2027-01-31", pod)).isEmpty();
  }

  @Test
  void oneThatIsRenewedIsToldOfFromTheBeginning() {
    assertThat(at("2026-12-30", endsOn("a", "2026-12-31"))).hasSize(1);
    assertThat(at("2026-12-30", endsOn("a", "2027-12-31"))).isEmpty();
    assertThat(at("2027-12-30", endsOn("a", "2027-12-31"))).hasSize(1);
  }

  /** Always within a stage that it was never out of. */
  @Test
  void oneThatLivesShortlyAndIsRenewedInTimeIsToldOfOnce() {
    assertThat(at("2026-12-01", endsOn("a", "2026-12-04"))).hasSize(1);
    assertThat(at("2026-12-02", endsOn("a", "2026-12-05"))).isEmpty();
    assertThat(at("2026-12-03", endsOn("a", "2026-12-06"))).isEmpty();
    assertThat(at("2026-12-05", endsOn("a", "2026-12-06"))).as("late").hasSize(1);
    assertThat(at("2026-12-06", endsOn("a", "2026-12-06"))).as("too late").hasSize(1);
  }

  @Test
  void nothingIsToldAgainBecausePodsWereSilentForAWhile() {
    assertThat(at("2026-12-30", endsOn("a", "2026-12-31"))).hasSize(1);
    assertThat(at("2026-12-30")).isEmpty();
    assertThat(at("2026-12-30", endsOn("a", "2026-12-31"))).isEmpty();
  }

  @Test
  void thePodThatHasItStillCounts() {
    assertThat(at("2026-12-30", endsOn("a", "2027-12-31"), endsOn("b", "2026-12-31")))
        .extracting(Expiring::at)
        .containsExactly(time("2026-12-31"));
  }

  @Test
  void whatTheSpecDoesNotNameIsNotTold() {
    assertThat(Expiring.soon(fleet(endsOn("a", "2026-12-31")), List.of(), time("2027-01-01")))
        .isEmpty();
  }

  @Test
  void anEventSaysWhatEndsAndWhen() {
    var one = new Expiring("Secret 'crm', key 'tls.crt'", time("2026-12-31"));
    assertThat(ExpiryNotices.of(List.of(one), time("2026-12-24")))
        .containsExactly(
            new Notice(
                Notice.Type.Warning,
                "CertificateExpires",
                "ResolveReferences",
                "Secret 'crm', key 'tls.crt': its certificates end on 2026-12-31T00:00Z, in less than 8 days. Renew them; pods take them up without a restart"));
    assertThat(ExpiryNotices.of(List.of(one), time("2026-12-31")))
        .extracting(Notice::reason)
        .containsExactly("CertificateExpired");
  }

  private List<Expiring> at(String now, Member... pods) {
    return news.in(fleet(pods), REFERENCES, time(now));
  }

  private static Member endsOn(String pod, String day) {
    return says(
        pod,
        "references",
        "[{\"kind\": \"Secret\", \"name\": \"crm\", \"key\": \"tls.crt\", \"field\": \"f\", \"state\": \"Found\", \"expiresAt\": \"%s\"}]"
            .formatted(time(day)));
  }

  private static OffsetDateTime time(String day) {
    return OffsetDateTime.parse(day + "T00:00:00Z");
  }
}
