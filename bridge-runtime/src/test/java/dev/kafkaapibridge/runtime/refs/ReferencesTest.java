package dev.kafkaapibridge.runtime.refs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.validation.BridgeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {

  private static final HeldCertificate ONE =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate OTHER =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final CaRef CA = new CaRef(CaRef.Kind.ConfigMap, "corporate-ca", "ca.crt");

  private final Clock clock = Clock.fixed(Instant.parse("2026-11-28T09:00:00Z"), ZoneOffset.UTC);

  @TempDir Path directory;
  private Path file;
  private long now;
  private References references;

  @BeforeEach
  void name() throws IOException {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: 'https://a', headers: [{name: X-Key, secretKeyRef: {name: crm, key: token}}], tls: {caRefs: [{kind: ConfigMap, name: corporate-ca, key: ca.crt}]}}}}}";
    KafkaApiBridgeSpec spec = ((BridgeFile.Reading.Sound) BridgeFile.read(yaml)).bridge().spec();
    references = new References(directory, spec, () -> now, clock);
    file = directory.resolve("configmap/corporate-ca/ca.crt");
    Files.createDirectories(file.getParent());
  }

  @Test
  void severalCertificatesOfOneFileAreRead() throws IOException {
    write("Our own:\n" + ONE.certificatePem() + "\nThe old one:\n" + OTHER.certificatePem());
    assertThat(references.authorities(CA)).containsExactly(ONE.certificate(), OTHER.certificate());
  }

  @Test
  void aSecretThatIsMissingIsNotLookedForByEachCall() throws IOException {
    var ref = new KeyRef("crm", "token");
    assertThat(references.secret(ref)).isNull();
    Path token = directory.resolve("secret/crm/token");
    Files.createDirectories(token.getParent());
    Files.writeString(token, "first");
    assertThat(references.secret(ref)).as("looked for a moment ago").isNull();
    later();
    assertThat(references.secret(ref)).isEqualTo("first");

    Files.delete(token);
    later();
    assertThat(references.secret(ref)).as("the last good one").isEqualTo("first");
    Files.writeString(token, "second");
    assertThat(references.secret(ref)).isEqualTo("first");
    later();
    assertThat(references.secret(ref)).isEqualTo("second");
  }

  @Test
  void aFileThatIsTheSameGivesTheSameList() throws IOException {
    write(ONE.certificatePem());
    var first = references.authorities(CA);
    later();
    assertThat(references.authorities(CA)).isSameAs(first);
  }

  @Test
  void aChangeIsTakenUpWithinASecond() throws IOException {
    write(ONE.certificatePem());
    references.authorities(CA);
    write(OTHER.certificatePem());
    assertThat(references.authorities(CA)).containsExactly(ONE.certificate());
    later();
    assertThat(references.authorities(CA)).containsExactly(OTHER.certificate());
  }

  @Test
  void brokenOrMissingContentLeavesTheLastGoodOneInUseAndIsSaid() throws IOException {
    assertThat(references.authorities(CA)).as("none yet").isNull();
    assertThat(state()).isEqualTo("KeyNotFound");

    write(ONE.certificatePem());
    later();
    assertThat(references.authorities(CA)).containsExactly(ONE.certificate());
    assertThat(state()).isEqualTo("Found");

    for (String broken :
        new String[] {
          "",
          "not yet",
          "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
          ONE.certificatePem() + "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----",
          ONE.certificatePem().substring(0, 200)
        }) {
      write(broken);
      later();
      assertThat(references.authorities(CA)).containsExactly(ONE.certificate());
      assertThat(state()).isEqualTo("Invalid");
      assertThat(references.allFound()).isFalse();
    }

    Files.delete(file);
    later();
    assertThat(references.authorities(CA)).containsExactly(ONE.certificate());
    assertThat(state()).isEqualTo("KeyNotFound");

    write(OTHER.certificatePem());
    later();
    assertThat(references.authorities(CA)).containsExactly(OTHER.certificate());
  }

  @Test
  void ofABindingTheKeysThatItNeedsAreReported() throws IOException {
    bind();
    assertThat(states())
        .containsExactly("bootstrapServers ObjectNotFound", "securityProtocol ObjectNotFound");
    assertThat(references.allFound()).isFalse();

    bound("bootstrap-servers", "k:9092");
    bound("securityProtocol", "SSL");
    later();
    assertThat(states()).containsExactly("bootstrapServers Found", "securityProtocol Found");
    assertThat(references.allFound()).isTrue();

    bound("securityProtocol", "TLS");
    later();
    assertThat(states()).containsExactly("bootstrapServers Found", "securityProtocol Invalid");

    bound("securityProtocol", "SASL_SSL");
    later();
    assertThat(states()).contains("saslMechanism KeyNotFound");
    bound("saslMechanism", "GSSAPI");
    later();
    assertThat(states()).contains("saslMechanism Invalid");
    bound("saslMechanism", "PLAIN");
    bound("user", "orders");
    bound("password", "canary-1\n");
    later();
    assertThat(states())
        .containsExactly(
            "bootstrapServers Found",
            "securityProtocol Found",
            "saslMechanism Found",
            "username Found",
            "password Found");

    bound("password", "");
    later();
    assertThat(states()).contains("password Invalid");
    assertThat(references.secret(new KeyRef("access", "password")))
        .as("the last good one")
        .isEqualTo("canary-1");
  }

  private void bind() {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bindingSecretRef: {name: access}, topics: [a]}, target: {http: {url: 'https://a'}}}}";
    KafkaApiBridgeSpec spec = ((BridgeFile.Reading.Sound) BridgeFile.read(yaml)).bridge().spec();
    references = new References(directory, spec, () -> now, clock);
  }

  private void bound(String key, String content) throws IOException {
    Path written = directory.resolve("secret/access").resolve(key);
    Files.createDirectories(written.getParent());
    Files.writeString(written, content);
  }

  private List<String> states() {
    return references.report().stream().map(r -> r.key() + " " + r.state()).toList();
  }

  @Test
  void aSecretThatWentMissingLeavesItsLastTextInUse() throws IOException {
    var token = new KeyRef("crm", "token");
    assertThat(references.secret(token)).isNull();
    Path secret = directory.resolve("secret/crm/token");
    Files.createDirectories(secret.getParent());
    Files.writeString(secret, "abc\n");
    later();
    assertThat(references.secret(token)).isEqualTo("abc");
    Files.delete(secret);
    later();
    assertThat(references.secret(token)).isEqualTo("abc");
    assertThat(references.report())
        .contains(
            new StatusReport.Reference(
                "Secret",
                "crm",
                "token",
                "spec.target.http.headers[0].secretKeyRef",
                "KeyNotFound",
                null,
                null));
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  private void later() {
    now += TimeUnit.SECONDS.toNanos(2);
  }

  @Test
  void whenAChangeWasTakenUpIsSaidAlsoWhileNothingIsSent() throws IOException {
    Path token = directory.resolve("secret/crm/token");
    Files.createDirectories(token.getParent());
    assertThat(reported("headers[0].secretKeyRef").takenUpAt()).isNull();

    Files.writeString(token, "first");
    write(ONE.certificatePem());
    later();
    assertThat(reported("headers[0].secretKeyRef").takenUpAt()).as("it was found").isNull();
    assertThat(reported("tls.caRefs[0]").takenUpAt()).isNull();

    Files.writeString(token, "second");
    write("broken");
    later();
    assertThat(reported("headers[0].secretKeyRef").takenUpAt()).isEqualTo("2026-11-28T09:00:00Z");
    assertThat(reported("tls.caRefs[0]").takenUpAt()).as("nothing was taken up").isNull();

    write(ONE.certificatePem() + OTHER.certificatePem());
    later();
    assertThat(reported("tls.caRefs[0]").takenUpAt()).isEqualTo("2026-11-28T09:00:00Z");
  }

  /** One of several authorities may be on its way out. */
  @Test
  void authoritiesEndWithTheLastOfThem() throws IOException {
    assertThat(reported("tls.caRefs[0]").expiresAt()).isNull();
    var soon = authorityUntil("2026-12-01T00:00:00Z");
    var late = authorityUntil("2027-12-01T00:00:00Z");
    write(soon.certificatePem() + late.certificatePem());
    later();
    assertThat(reported("tls.caRefs[0]").expiresAt()).isEqualTo("2027-12-01T00:00:00Z");
    write(soon.certificatePem());
    later();
    assertThat(reported("tls.caRefs[0]").expiresAt()).isEqualTo("2026-12-01T00:00:00Z");
    write("broken");
    later();
    assertThat(reported("tls.caRefs[0]").expiresAt())
        .as("of what is in use")
        .isEqualTo("2026-12-01T00:00:00Z");
    assertThat(reported("headers[0].secretKeyRef").expiresAt()).isNull();
  }

  private static HeldCertificate authorityUntil(String end) {
    return new HeldCertificate.Builder()
        .certificateAuthority(0)
        .validityInterval(0, Instant.parse(end).toEpochMilli())
        .build();
  }

  private String state() {
    return reported("tls.caRefs[0]").state();
  }

  private StatusReport.Reference reported(String field) {
    return references.report().stream()
        .filter(reference -> reference.field().equals("spec.target.http." + field))
        .findFirst()
        .orElseThrow();
  }
}
