package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.api.certificates.PemCertificates;
import dev.kafkaapibridge.operator.strimzi.Listener;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whom a Kafka cluster's brokers are trusted by. While an authority is replaced, brokers that have
 * not been restarted yet show the former one, and the cluster's resource names the newest alone: so
 * the former ones stay beside it until they expire. Pure.
 */
final class KafkaAuthorities {

  /** So many certificates; the newest come first, and the oldest go. */
  static final int MOST = 8;

  /** So many characters of PEM. What is found now has its room, whatever else there is. */
  static final int MOST_CHARACTERS = Listener.MOST_CERTIFICATES;

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private KafkaAuthorities() {}

  /**
   * PEM for pods: what is found now as it is, then the former ones that {@code seal} knows.
   *
   * @param former what lies in the bridge's ConfigMap; null: nothing
   * @param seal of the Deployment, see {@link #seal}; null: none
   */
  static String pem(
      Listener.Found found, @Nullable String former, @Nullable String seal, Instant now) {
    var text = new StringBuilder(found.certificates());
    List<String> known = prints(found, seal);
    var kept = new ArrayList<>(PemCertificates.in(found.certificates()));
    for (X509Certificate one :
        former == null ? List.<X509Certificate>of() : PemCertificates.in(former)) {
      if (known.contains(print(one))
          && now.isBefore(one.getNotAfter().toInstant())
          && kept.stream().noneMatch(other -> standsFor(other, one))) {
        String pem = pem(one);
        if (kept.size() >= MOST || text.length() + pem.length() > MOST_CHARACTERS) {
          break;
        }
        kept.add(one);
        text.append(pem);
      }
    }
    return text.toString();
  }

  /**
   * Which authorities this listener had, on the Deployment: whoever may write ConfigMaps but no
   * pods could else add one of their own, and it would stay. One line, of a few hundred characters.
   *
   * @param former the same of before; null: none
   */
  static String seal(Listener.Found found, @Nullable String former) {
    return Stream.concat(
            Stream.of(name(found)),
            Stream.concat(
                    PemCertificates.in(found.certificates()).stream().map(KafkaAuthorities::print),
                    prints(found, former).stream())
                .distinct()
                .limit(MOST))
        .collect(Collectors.joining(" "));
  }

  /** None where the seal is another listener's. */
  private static List<String> prints(Listener.Found found, @Nullable String seal) {
    List<String> words = seal == null ? List.of() : Arrays.asList(seal.split(" ", -1));
    return !words.isEmpty() && words.getFirst().equals(name(found))
        ? words.subList(1, words.size())
        : List.of();
  }

  private static String name(Listener.Found found) {
    return String.join("/", found.cluster().namespace(), found.cluster().name(), found.name())
        .replace(' ', '_');
  }

  /** An authority is its name and its key: one that was renewed does for the one of before. */
  private static boolean standsFor(X509Certificate one, X509Certificate former) {
    return one.getSubjectX500Principal().equals(former.getSubjectX500Principal())
        && one.getPublicKey().equals(former.getPublicKey());
  }

  private static String print(X509Certificate one) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(one.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(X509Certificate one) {
    try {
      return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
          .formatted(LINES.encodeToString(one.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
