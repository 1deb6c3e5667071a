package dev.kafkaapibridge.api.certificates;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The certificates of a PEM file (RFC 7468), with whatever text stands between them. Pure. */
public final class PemCertificates {

  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

  /** Also of kinds that aren't read, which are none of the others' either. */
  private static final Pattern BEGINNING = Pattern.compile("-----BEGIN [A-Z0-9 ]*CERTIFICATE-----");

  private PemCertificates() {}

  /** All of them; none where one of them is damaged: half a set of authorities is no set. */
  public static List<X509Certificate> in(String pem) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var found = new ArrayList<X509Certificate>();
      var blocks = CERTIFICATE.matcher(pem);
      while (blocks.find()) {
        byte[] block = blocks.group().getBytes(StandardCharsets.US_ASCII);
        found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
      }
      return found.size() == BEGINNING.matcher(pem).results().count()
          ? List.copyOf(found)
          : List.of();
    } catch (CertificateException e) {
      return List.of();
    }
  }
}
