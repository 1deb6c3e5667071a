package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
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
final class TransportFailures {

  private static final String WITHOUT_TLS =
      " (does the target speak HTTP/2 without TLS? If not, set spec.target.http.httpVersion to HTTP1)";

  private final String url;
  private final String peer;
  private final boolean priorKnowledge;

  TransportFailures(HttpSpec spec) {
    boolean proxied = spec.proxyURL() != null;
    this.url = proxied ? "spec.target.http.proxyURL" : "spec.target.http.url";
    this.peer = proxied ? "proxy" : "target";
    this.priorKnowledge =
        spec.httpVersion() == HttpSpec.HttpVersion.HTTP2 && spec.url().startsWith("http:");
  }

  Verdict verdict(Exception e) {
    return switch (e) {
      case AddressDenied denied -> denied(peer, denied.address(), url);
      case UnknownHostException ignored ->
          misconfigured(
              e,
              "NameNotResolved",
              "The %s's host name can't be resolved (%s). Check %s and DNS."
                  .formatted(peer, text(e), url));
      case OtherProtocol ignored ->
          misconfigured(
              e,
              "TLSFailed",
              "The target doesn't offer HTTP/2 in the TLS handshake. Set spec.target.http.httpVersion to Auto or HTTP1.");
      case SSLException ignored -> tls(e);
      case SocketTimeoutException ignored ->
          failed(e, "Timeout", "no connection or answer in time");
      case InterruptedIOException ignored ->
          failed(e, "Timeout", "no whole answer within spec.target.http.requestTimeout");
      case ConnectException ignored ->
          failed(e, "ConnectionFailed", "the " + peer + " refused the connection");
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
          "the certificate is for other names (%s). Check spec.target.http.url, or set spec.target.http.tls.serverName to a name that it carries."
              .formatted(names(e));
    } else if (isCausedBy(e, CertificateExpiredException.class)) {
      what = "its certificate has expired. It has to be renewed.";
    } else if (isCausedBy(e, CertificateNotYetValidException.class)) {
      what = "its certificate isn't valid yet. Check the clocks of the target and of this node.";
    } else if (isCausedBy(e, CertPathBuilderException.class)
        || isCausedBy(e, CertPathValidatorException.class)) {
      what =
          "its certificate is of an authority that isn't trusted. Name that authority's certificate in spec.target.http.tls.caRefs.";
    } else if (text(e).contains("Unsupported or unrecognized SSL message")) {
      what =
          "it doesn't speak TLS at this port. Correct the port in spec.target.http.url, or write http:// if that is meant.";
    } else if (text(e).contains("protocol_version") || text(e).contains("protocol is disabled")) {
      what = "it offers none of the TLS versions that spec.target.http.tls.minVersion accepts.";
    } else if (e instanceof SSLHandshakeException
        && !isCausedBy(e, EOFException.class)
        && !isCausedBy(e, SocketException.class)) {
      what = text(e) + ". Check the target's TLS, and spec.target.http.tls.";
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
      return misconfigured(
          e,
          "TLSFailed",
          "The target speaks TLS at this port. Write https:// in spec.target.http.url.");
    }
    return failed(
        e,
        "ConnectionFailed",
        "the connection broke: "
            + e.getClass().getSimpleName()
            + ": "
            + text
            + (priorKnowledge && !e.getClass().getSimpleName().equals("StreamResetException")
                ? WITHOUT_TLS
                : ""));
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
