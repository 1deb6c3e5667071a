package dev.kafkaapibridge.operator.strimzi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Authorities as a {@code Kafka} resource tells them: {@code strimzi/NAME.pem}. */
public final class ClusterAuthority {

  private ClusterAuthority() {}

  public static String pem(X509Certificate one) {
    try {
      return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
          .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(one.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String pem(String name) {
    try (var file = ClusterAuthority.class.getResourceAsStream("/strimzi/" + name + ".pem")) {
      return new String(requireNonNull(file).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
