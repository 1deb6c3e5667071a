package dev.kafkaapibridge.runtime.refs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.certificates.ClientCertificate;
import dev.kafkaapibridge.api.certificates.PemPrivateKey;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemPrivateKeyTest {

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void aKeyInPkcs8IsRead(String algorithm) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    assertThat(PemPrivateKey.in(pem("PRIVATE KEY", pair.getPrivate().getEncoded())))
        .contains(pair.getPrivate());
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 3072, 4096})
  void anRsaKeyInPkcs1IsRead(int bits) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    KeyPair pair = generator.generateKeyPair();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, pkcs8.length - inner(pkcs8), pkcs8.length);
    assertThat(PemPrivateKey.in("text before\n" + pem("RSA PRIVATE KEY", pkcs1)))
        .contains(pair.getPrivate());
  }

  /**
   * The key in PKCS#1 begins with the second element of type SEQUENCE whose length fills the rest.
   */
  private static int inner(byte[] pkcs8) {
    for (int at = 20; at < 30; at++) {
      if (pkcs8[at] == 0x30 && pkcs8[at + 1] == (byte) 0x82) {
        int length = (pkcs8[at + 2] & 0xFF) << 8 | pkcs8[at + 3] & 0xFF;
        if (at + 4 + length == pkcs8.length) {
          return 4 + length;
        }
      }
    }
    throw new AssertionError("no key in it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "CERTIFICATE"})
  void whatElseStandsThereIsNone(String label) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
    assertThat(PemPrivateKey.in(pem(label, pair.getPrivate().getEncoded()))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIB",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"
      })
  void halfAFileIsNone(String half) {
    assertThat(PemPrivateKey.in(half)).isEmpty();
  }

  @Test
  void aKeyFitsItsOwnCertificateAlone() {
    var one = new HeldCertificate.Builder().rsa2048().build();
    var other = new HeldCertificate.Builder().build();
    assertThat(certificate(one, one).fits()).isTrue();
    assertThat(certificate(other, other).fits()).isTrue();
    assertThat(certificate(one, other).fits()).isFalse();
    assertThat(certificate(other, new HeldCertificate.Builder().build()).fits()).isFalse();
  }

  private static ClientCertificate certificate(HeldCertificate shown, HeldCertificate key) {
    return new ClientCertificate(
        java.util.List.of(shown.certificate()), key.keyPair().getPrivate());
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(content), label);
  }
}
