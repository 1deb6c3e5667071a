package dev.kafkaapibridge.runtime.refs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.certificates.PemCertificates;
import dev.kafkaapibridge.runtime.Damage;
import dev.kafkaapibridge.runtime.Seeds;
import java.security.cert.X509Certificate;
import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PemCertificatesTest {

  @Test
  void damagedFilesHoldWhatIsWholeOrNothing() {
    var one = new HeldCertificate.Builder().commonName("one").build();
    var two = new HeldCertificate.Builder().commonName("two").build();
    var known = List.of(one.certificate(), two.certificate());
    String both = "# the old one\n" + one.certificatePem() + "\n\n" + two.certificatePem();
    assertThat(PemCertificates.in(both)).isEqualTo(known);

    Seeds.each(
        5_000,
        random -> {
          String text = Damage.of(List.of(both, two.certificatePem(), "no PEM"), random);
          List<X509Certificate> found = PemCertificates.in(text);
          // A bit of a signature that is another is not seen here, but when a chain is checked.
          assertThat(found.size()).isLessThan(text.split("-----BEGIN CERTIFICATE-----", -1).length);
        });
  }

  /** Cut while it is written: half a set of authorities is no set. */
  @Test
  void aSecondOneThatIsCutSpoilsTheFirst() {
    String one = new HeldCertificate.Builder().build().certificatePem();
    assertThat(PemCertificates.in(one + one.substring(0, 300))).isEmpty();
    assertThat(PemCertificates.in(one + one.replace("BEGIN C", "BEGIN TRUSTED C"))).isEmpty();
    assertThat(PemCertificates.in(one)).hasSize(1);
  }

  @Test
  void aFileWithoutAnEndIsReadInNoTime() {
    assertThat(PemCertificates.in("-----BEGIN CERTIFICATE-----\n" + "A".repeat(10_000_000)))
        .isEmpty();
  }
}
