package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.Protocol;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be done with what is written to a connection. */
class ConnectingTest {

  static Stream<Arguments> ways() {
    List<Protocol> either = List.of(Protocol.HTTP_2, Protocol.HTTP_1_1);
    // with TLS, protocols, HTTP/2 alone; shared by many calls, waits until it is flushed
    return Stream.of(
        arguments(false, List.of(Protocol.HTTP_1_1), false, false, true),
        arguments(true, List.of(Protocol.HTTP_1_1), false, false, false),
        arguments(true, either, false, false, false), // the server chooses
        arguments(true, either, true, true, false),
        arguments(false, List.of(Protocol.H2_PRIOR_KNOWLEDGE), true, true, false));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsWrittenIsSentAsTheConnectionIsUsed(
      boolean tls, List<Protocol> protocols, boolean onlyHttp2, boolean shared, boolean gathers) {
    Duration second = Duration.ofSeconds(1);
    var connecting =
        new Connecting(
            tls, protocols, onlyHttp2, null, second, second, null, null, "api", "caRefs", null);
    assertThat(connecting.isShared()).isEqualTo(shared);
    assertThat(connecting.mayGather()).isEqualTo(gathers);
  }
}
