package dev.kafkaapibridge.api.certificates;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.List;

/**
 * What the bridge shows of itself in mutual TLS.
 *
 * @param chain its own certificate first
 */
public record ClientCertificate(List<X509Certificate> chain, PrivateKey key) {

  private static final int MOST_BITS = 8_192;

  /**
   * Whether the key is that of the certificate: of two files that are exchanged one may be read
   * before, the other after.
   */
  public boolean fits() {
    try {
      PublicKey shown = chain.getFirst().getPublicKey();
      if (isTooLarge(shown) || isTooLarge(key)) {
        return false;
      }
      String algorithm =
          switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
          };
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update((byte) 1);
      byte[] signature = signing.sign();
      signing.initVerify(shown);
      signing.update((byte) 1);
      return signing.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Nobody has such keys, and to sign with one takes seconds. */
  private static boolean isTooLarge(Key key) {
    return key instanceof RSAKey rsa && rsa.getModulus().bitLength() > MOST_BITS;
  }

  @Override
  public String toString() {
    return chain.getFirst().getSubjectX500Principal().getName();
  }
}
