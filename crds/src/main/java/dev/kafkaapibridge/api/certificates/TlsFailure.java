package dev.kafkaapibridge.api.certificates;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import org.jspecify.annotations.Nullable;

/** What TLS to a broker that failed means to whoever runs the bridge. Pure. */
public final class TlsFailure {

  private static final int LONGEST = 300;
  private static final int DEEPEST = 16;

  private TlsFailure() {}

  /** Half a sentence without a full stop, with the JDK's own words where they say more. */
  public static String of(Throwable failure) {
    String words = deepest(failure);
    if (isCausedBy(failure, CertificateExpiredException.class)) {
      return "its certificate has expired, and has to be renewed (%s)".formatted(words);
    }
    if (isCausedBy(failure, CertificateNotYetValidException.class)) {
      return "its certificate isn't valid yet; check the clocks of the broker and of this node (%s)"
          .formatted(words);
    }
    if (words.startsWith("No name matching") || words.startsWith("No subject alternative")) {
      return "its certificate is for other names; set tls.serverName to one that it carries (%s)"
          .formatted(words);
    }
    if (isCausedBy(failure, CertPathBuilderException.class)
        || isCausedBy(failure, CertPathValidatorException.class)) {
      return "its certificate is of an authority that isn't trusted, or comes without those between the two; name the authority in tls.caRefs, or have the broker show the whole chain (%s)"
          .formatted(words);
    }
    if (words.contains("Unsupported or unrecognized SSL message")) {
      return "it doesn't speak TLS at this port; dial the listener that does, or leave tls out";
    }
    if (words.contains("certificate_required") || words.contains("bad_certificate")) {
      return "it asks for a client certificate, and wasn't shown one that it knows; authentication.type MutualTLS shows one (%s)"
          .formatted(words);
    }
    if (words.contains("protocol_version") || words.contains("protocol is disabled")) {
      return "it offers none of the versions that tls.minVersion accepts";
    }
    return words;
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** "Handshake failed" is not why. */
  private static String deepest(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause.getCause() != null && i < DEEPEST; i++) {
      cause = cause.getCause();
    }
    String message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return message.length() > LONGEST ? message.substring(0, LONGEST) : message;
  }
}
