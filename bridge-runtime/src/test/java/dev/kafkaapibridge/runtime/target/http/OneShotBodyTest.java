package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import okio.Buffer;
import org.junit.jupiter.api.Test;

class OneShotBodyTest {

  @Test
  void piecesAreSentSideBySideHoweverLargeTheyAre() throws Exception {
    byte[] large = new byte[40_000];
    Arrays.fill(large, (byte) 'a');
    var body = new OneShotBody(null, List.of(new byte[] {'['}, large, new byte[] {']'}));

    var sent = new Buffer();
    body.writeTo(sent);

    String whole = "[" + "a".repeat(40_000) + "]";
    assertThat(sent.readUtf8()).isEqualTo(whole);
    assertThat(body.content()).asString().isEqualTo(whole);
    assertThat(body.contentLength()).isEqualTo(whole.length());
  }
}
