package dev.kafkaapibridge.api.certificates;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The private key of a PEM file: PKCS#8 (RFC 5958), or PKCS#1 for RSA (RFC 8017, A.1.2), which is
 * what cert-manager writes by default. One that is encrypted, or an EC key of SEC 1, is none. Pure.
 */
public final class PemPrivateKey {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN (RSA )?PRIVATE KEY-----([^-]+)-----END (RSA )?PRIVATE KEY-----");

  /** Version 0 and the algorithm rsaEncryption, which PKCS#8 puts before a key of PKCS#1. */
  private static final byte[] RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private PemPrivateKey() {}

  public static Optional<PrivateKey> in(String pem) {
    Matcher block = KEY.matcher(pem);
    if (!block.find()) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(block.group(2));
      return decode(block.group(1) == null ? bytes : wrapped(bytes));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<PrivateKey> decode(byte[] pkcs8) {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return Optional.of(
            KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
      } catch (InvalidKeySpecException e) {
        // Of another algorithm.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has " + algorithm, e);
      }
    }
    return Optional.empty();
  }

  private static byte[] wrapped(byte[] pkcs1) {
    var inner = new ByteArrayOutputStream();
    inner.writeBytes(RSA);
    element(inner, 0x04, pkcs1);
    var whole = new ByteArrayOutputStream();
    element(whole, 0x30, inner.toByteArray());
    return whole.toByteArray();
  }

  /** Tag, length and content (X.690, 8.1). */
  private static void element(ByteArrayOutputStream to, int tag, byte[] content) {
    to.write(tag);
    int length = content.length;
    if (length < 0x80) {
      to.write(length);
    } else if (length < 0x1_0000) {
      to.write(0x82);
      to.write(length >> 8);
      to.write(length);
    } else {
      to.write(0x83);
      to.write(length >> 16);
      to.write(length >> 8);
      to.write(length);
    }
    to.writeBytes(content);
  }
}
