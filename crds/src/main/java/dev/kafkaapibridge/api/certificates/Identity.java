package dev.kafkaapibridge.api.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client certificate with its private key, as two PEM files hold them, or why they don't. */
public sealed interface Identity {

  /** It can be shown. */
  record Shown(ClientCertificate certificate) implements Identity {}

  /**
   * Nothing can be shown.
   *
   * @param why half a sentence with the fix, to stand behind the name of what holds the files
   */
  record None(String why) implements Identity {}

  /**
   * Pure.
   *
   * @param certificates PEM; null: missing
   * @param key PEM; null: missing
   */
  static Identity of(@Nullable String certificates, @Nullable String key) {
    if (certificates == null) {
      return new None("has no client certificate: put it there, in PEM");
    }
    if (key == null) {
      return new None("has no private key for the client certificate: put it there, in PEM");
    }
    List<X509Certificate> chain = PemCertificates.in(certificates);
    if (chain.isEmpty()) {
      return new None("has a client certificate that is no PEM, or damaged: write it anew");
    }
    Optional<PrivateKey> read = PemPrivateKey.in(key);
    if (read.isEmpty()) {
      return new None(whyUnread(key));
    }
    var own = new ClientCertificate(chain, read.get());
    return own.fits()
        ? new Shown(own)
        : new None(
            "has a private key that is not its certificate's: put there the one that the certificate was asked for with");
  }

  private static String whyUnread(String key) {
    if (key.contains("ENCRYPTED")) {
      return "has a private key that is encrypted: take the password off it, by openssl pkey -in KEY -out PLAIN";
    }
    if (key.contains("BEGIN EC PRIVATE KEY")) {
      return "has an 'EC PRIVATE KEY' (SEC 1): rewrite it as PKCS#8, by openssl pkcs8 -topk8 -nocrypt -in KEY -out PKCS8";
    }
    return "has a private key that is no PEM of PKCS#8 or, for RSA, PKCS#1, or damaged: write it anew";
  }
}
