package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.connect.AddressDenied;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransportFailuresTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new UnknownHostException("a"), "TargetMisconfigured - NameNotResolved"),
        Arguments.of(new AddressDenied("169.254.169.254"), "TargetMisconfigured - AddressDenied"),
        Arguments.of(new OtherProtocol(), "TargetMisconfigured - TLSFailed"),
        Arguments.of(new SSLHandshakeException("no trust"), "TargetMisconfigured - TLSFailed"),
        Arguments.of(
            new SSLException("Unsupported or unrecognized SSL message"),
            "TargetMisconfigured - TLSFailed"),
        Arguments.of(
            hungUp("Remote host terminated the handshake", new EOFException()),
            "TargetFailed - ConnectionFailed"),
        Arguments.of(
            hungUp("Connection reset", new SocketException()), "TargetFailed - ConnectionFailed"),
        Arguments.of(new SSLException("bad record MAC"), "TargetFailed - ConnectionFailed"),
        Arguments.of(
            new IOException("Failed to authenticate with proxy"),
            "TargetMisconfigured - AuthenticationFailed"),
        Arguments.of(new ConnectException("refused"), "TargetFailed - ConnectionFailed"),
        Arguments.of(new SocketTimeoutException("timeout"), "TargetFailed - Timeout"),
        Arguments.of(new InterruptedIOException("timeout"), "TargetFailed - Timeout"),
        Arguments.of(new ProtocolException("Unexpected"), "TargetFailed - InvalidAnswer"),
        Arguments.of(new NumberFormatException("5e9"), "TargetFailed - InvalidAnswer"),
        Arguments.of(
            new IOException("unexpected end of stream"), "TargetFailed - ConnectionFailed"));
  }

  private static IOException hungUp(String message, Exception cause) {
    var e = new SSLHandshakeException(message);
    e.initCause(cause);
    return e;
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsOneVerdict(Exception failure, String verdict) {
    assertThat(TargetUnderTest.summary(of(failure, ""))).isEqualTo(verdict);
  }

  @Test
  void theExceptionsClassIsKnownAndNotWhatTheTargetSaid() {
    var failure = new ProtocolException("Unexpected status line: {\"card\": 4111111111111111}");
    assertThat(of(failure, ""))
        .isEqualTo(
            new Verdict.TargetFailed(
                "-",
                "InvalidAnswer",
                "the answer is no HTTP",
                new Verdict.Clues("java.net.ProtocolException", null)));
  }

  @Test
  void behindAProxyItIsTheProxysNameThatIsLookedUp() {
    assertThat(of(new UnknownHostException("egress"), "proxyURL: 'http://egress:3128'"))
        .isInstanceOfSatisfying(
            Verdict.TargetMisconfigured.class,
            v ->
                assertThat(v.detail())
                    .isEqualTo(
                        "The proxy's host name can't be resolved (egress). Check spec.target.http.proxyURL and DNS."));
  }

  private static Verdict of(Exception failure, String fields) {
    return new TransportFailures(TargetUnderTest.spec("http://a", fields, "{}").target().http())
        .verdict(failure);
  }
}
