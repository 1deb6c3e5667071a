package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.runtime.connect.AddressDenied;
import dev.kafkaapibridge.runtime.record.CleanText;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.Clues;
import dev.kafkaapibridge.runtime.target.Verdict.TargetFailed;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The table from a call that got no answer to a verdict. What somebody has to mend is told from
 * what passes by itself, and the usual mistakes are named with their fix. Pure.
 *
 * <pre>
 *   address denied                                TargetMisconfigured AddressDenied
 *   unknown host                                  TargetMisconfigured NameNotResolved
 *   certificate, protocol version, no TLS, no h2  TargetMisconfigured TLSFailed
 *   407 of a proxy to CONNECT                     TargetMisconfigured AuthenticationFailed
 *   no end within the deadline                    TargetFailed Timeout
 *   bytes that are no HTTP                        TargetFailed InvalidAnswer
 *   every other                                   TargetFailed ConnectionFailed
 * </pre>
 */
public final class TransportFailures {

  /**
   * Which fields of the spec mend what.
   *
   * @param peer {@code target}, or the proxy before it
   * @param address the field that says where the peer is
   * @param target the field that says where the target is
   * @param tls the object with the fields of TLS
   * @param timeout the field that bounds a call
   * @param notTls what to do where no TLS is spoken
   * @param isTls what to do where TLS is spoken and none is expected
   * @param noHttp2 what to do where the handshake offers no HTTP/2
   * @param withoutTls a question to ask where HTTP/2 without TLS breaks; empty where it isn't used
   */
  public record Advice(
      String peer,
      String address,
      String target,
      String tls,
      String timeout,
      String notTls,
      String isTls,
      String noHttp2,
      String withoutTls) {}

  private final Advice advice;

  public TransportFailures(Advice advice) {
    this.advice = advice;
  }

  TransportFailures(HttpSpec spec) {
    this(advice(spec));
  }

  private static Advice advice(HttpSpec spec) {
    boolean proxied = spec.proxyURL() != null;
    boolean priorKnowledge =
        spec.httpVersion() == HttpSpec.HttpVersion.HTTP2 && spec.url().startsWith("http:");
    return new Advice(
        proxied ? "proxy" : "target",
        proxied ? "spec.target.http.proxyURL" : "spec.target.http.url",
        "spec.target.http.url",
        "spec.target.http.tls",
        "spec.target.http.requestTimeout",
        "Correct the port in spec.target.http.url, or write http:// if that is meant.",
        "Write https:// in spec.target.http.url.",
        "Set spec.target.http.httpVersion to Auto or HTTP1.",
        priorKnowledge
            ? " (does the target speak HTTP/2 without TLS? If not, set spec.target.http.httpVersion to HTTP1)"
            : "");
  }

  public Verdict verdict(Exception e) {
    return switch (e) {
      case AddressDenied denied -> denied(advice.peer(), denied.address(), advice.address());
      case UnknownHostException ignored ->
          misconfigured(
              e,
              "NameNotResolved",
              "The %s's host name can't be resolved (%s). Check %s and DNS."
                  .formatted(advice.peer(), text(e), advice.address()));
      case OtherProtocol ignored ->
          misconfigured(
              e,
              "TLSFailed",
              "The target doesn't offer HTTP/2 in the TLS handshake. " + advice.noHttp2());
      case SSLException ignored -> tls(e);
      case SocketTimeoutException ignored ->
          failed(e, "Timeout", "no connection or answer in time");
      case InterruptedIOException ignored ->
          failed(e, "Timeout", "no whole answer within " + advice.timeout());
      case ConnectException ignored ->
          failed(e, "ConnectionFailed", "the " + advice.peer() + " refused the connection");
      case ProtocolException ignored -> failed(e, "InvalidAnswer", "the answer is no HTTP");
      case IOException ignored -> broken(e);
      default -> failed(e, "InvalidAnswer", "the answer can't be read");
    };
  }

  static TargetMisconfigured denied(String peer, String address, String field) {
    return new TargetMisconfigured(
        "-",
        "AddressDenied",
        "The %s's name leads to %s, a link-local or metadata address or none of a host, which is never called. Check %s and DNS."
            .formatted(peer, CleanText.of(address, 64), field));
  }

  private Verdict tls(Exception e) {
    String what;
    if (e instanceof SSLPeerUnverifiedException) {
      what =
          "the certificate is for other names (%s). Check %s, or set %s.serverName to a name that it carries."
              .formatted(names(e), advice.target(), advice.tls());
    } else if (isCausedBy(e, CertificateExpiredException.class)) {
      what = "its certificate has expired. It has to be renewed.";
    } else if (isCausedBy(e, CertificateNotYetValidException.class)) {
      what = "its certificate isn't valid yet. Check the clocks of the target and of this node.";
    } else if (isCausedBy(e, CertPathBuilderException.class)
        || isCausedBy(e, CertPathValidatorException.class)) {
      what =
          "its certificate is of an authority that isn't trusted. Name that authority's certificate in %s.caRefs."
              .formatted(advice.tls());
    } else if (text(e).contains("Unsupported or unrecognized SSL message")) {
      what = "it doesn't speak TLS at this port. " + advice.notTls();
    } else if (text(e).contains("protocol_version") || text(e).contains("protocol is disabled")) {
      what =
          "it offers none of the TLS versions that %s.minVersion accepts.".formatted(advice.tls());
    } else if (e instanceof SSLHandshakeException
        && !isCausedBy(e, EOFException.class)
        && !isCausedBy(e, SocketException.class)) {
      what = text(e) + ". Check the target's TLS, and " + advice.tls() + ".";
    } else {
      // It hung up: a restart, a load balancer without a backend.
      return broken(e);
    }
    return misconfigured(e, "TLSFailed", "TLS to the target failed: " + what);
  }

  private Verdict broken(Exception e) {
    String text = text(e);
    if (text.contains("Failed to authenticate with proxy")) {
      return misconfigured(
          e,
          "AuthenticationFailed",
          "The proxy answered 407: it wants credentials, and spec.target.http.proxyURL has none. Name a proxy that lets the bridge through.");
    }
    if (text.contains("Unexpected response code for CONNECT")) {
      return failed(
          e,
          "ConnectionFailed",
          "the proxy opened no tunnel: " + text.substring(text.indexOf("CONNECT")));
    }
    // A TLS alert where an answer was expected.
    if (isCausedBy(e, EOFException.class) && causes(e).contains("content=1503")) {
      return misconfigured(e, "TLSFailed", "The target speaks TLS at this port. " + advice.isTls());
    }
    return failed(
        e,
        "ConnectionFailed",
        "the connection broke: "
            + e.getClass().getSimpleName()
            + ": "
            + text
            + (e.getClass().getSimpleName().equals("StreamResetException")
                ? ""
                : advice.withoutTls()));
  }

  private static TargetFailed failed(Exception e, String reason, String detail) {
    return new TargetFailed("-", reason, detail, clues(e));
  }

  private static TargetMisconfigured misconfigured(Exception e, String reason, String detail) {
    return new TargetMisconfigured("-", reason, detail, clues(e));
  }

  private static Clues clues(Exception e) {
    return new Clues(e.getClass().getName(), null);
  }

  private static boolean isCausedBy(Exception e, Class<? extends Throwable> kind) {
    Throwable at = e.getCause();
    for (int depth = 0; at != null && depth < 10; depth++) {
      if (kind.isInstance(at)) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }

  private static String causes(Exception e) {
    Throwable cause = e.getCause();
    return cause == null ? "" : String.valueOf(cause.getMessage());
  }

  /** From OkHttp's sentence. */
  private static String names(Exception e) {
    String text = String.valueOf(e.getMessage());
    int at = text.indexOf("subjectAltNames:");
    return at < 0 ? "none" : CleanText.of(text.substring(at + 16).strip(), 200);
  }

  private static String text(Exception e) {
    return CleanText.of(String.valueOf(e.getMessage()), 200);
  }
}
