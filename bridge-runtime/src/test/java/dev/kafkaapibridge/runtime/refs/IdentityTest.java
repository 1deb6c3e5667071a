package dev.kafkaapibridge.runtime.refs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.certificates.Identity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with the two files of a client certificate: each mistake has its sentence. */
class IdentityTest {

  private static final HeldCertificate RSA = new HeldCertificate.Builder().rsa2048().build();
  private static final HeldCertificate EC = new HeldCertificate.Builder().ecdsa256().build();

  static Stream<Arguments> files() {
    String rsa = RSA.certificatePem();
    String ec = EC.certificatePem();
    return Stream.of(
        Arguments.of("PKCS#8", rsa, RSA.privateKeyPkcs8Pem(), ""),
        Arguments.of("PKCS#8 of EC", ec, EC.privateKeyPkcs8Pem(), ""),
        Arguments.of("PKCS#1", rsa, RSA.privateKeyPkcs1Pem(), ""),
        Arguments.of("no certificate", null, EC.privateKeyPkcs8Pem(), "no client certificate"),
        Arguments.of("no key", ec, null, "no private key"),
        Arguments.of("cut certificate", ec.substring(0, 200), EC.privateKeyPkcs8Pem(), "damaged"),
        Arguments.of("the key first", EC.privateKeyPkcs8Pem(), ec, "damaged"),
        Arguments.of("another key", ec, RSA.privateKeyPkcs8Pem(), "that is not its certificate's"),
        Arguments.of(
            "another of the kind",
            ec,
            new HeldCertificate.Builder().ecdsa256().build().privateKeyPkcs8Pem(),
            "that is not its certificate's"),
        Arguments.of("encrypted", ec, block("ENCRYPTED PRIVATE KEY"), "openssl pkey"),
        Arguments.of(
            "encrypted, of old",
            rsa,
            block("RSA PRIVATE KEY").replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\n\n"),
            "openssl pkey"),
        Arguments.of("SEC 1", ec, block("EC PRIVATE KEY"), "openssl pkcs8 -topk8"),
        Arguments.of("damaged key", ec, block("PRIVATE KEY"), "PKCS#8"),
        Arguments.of("no PEM", ec, "canary-of-a-key", "PKCS#8"));
  }

  private static String block(String kind) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            kind,
            Base64.getEncoder().encodeToString("canary-of-a-key".getBytes(StandardCharsets.UTF_8)),
            kind);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void eachMistakeHasItsSentence(String what, String certificates, String key, String says) {
    Identity identity = Identity.of(certificates, key);
    if (says.isEmpty()) {
      assertThat(identity).isInstanceOf(Identity.Shown.class);
    } else {
      assertThat(identity)
          .isInstanceOfSatisfying(
              Identity.None.class,
              none ->
                  assertThat(none.why())
                      .startsWith("has ")
                      .contains(says)
                      .doesNotContain("canary", "Y2FuYXJ5"));
    }
  }
}
