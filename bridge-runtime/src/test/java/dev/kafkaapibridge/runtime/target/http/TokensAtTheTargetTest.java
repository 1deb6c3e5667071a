package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.connect.AccessTokens;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

/** What a target's 401 means for the token. */
class TokensAtTheTargetTest {

  private static final Verdict UNAUTHORIZED =
      new Verdict.TargetMisconfigured("401", "AuthenticationFailed", "no");

  private final AtomicInteger asked = new AtomicInteger();
  private final SecretHeaders headers =
      new SecretHeaders(
          List.of(),
          null,
          "spec.target.http",
          "headers",
          HeaderText.OF_HTTP,
          ref -> null,
          new AccessTokens(
              () ->
                  new AccessTokens.Answer.Granted(
                      "token-" + asked.incrementAndGet(), Duration.ofHours(1)),
              Runnable::run,
              () -> 0,
              System::nanoTime));

  private String sent() {
    var request = new Request.Builder().url("https://api.test/").build();
    return ((SecretHeaders.Added.To) headers.add(request)).request().header("Authorization");
  }

  @Test
  void aRefusedTokenIsReplacedAndTheCallGoesAgainOnce() {
    assertThat(sent()).isEqualTo("Bearer token-1");
    assertThat(headers.judged(UNAUTHORIZED, System.nanoTime()))
        .isEqualTo(new Verdict.Again("401", Verdict.Again.Why.NewToken));
    assertThat(sent()).isEqualTo("Bearer token-2");
    assertThat(headers.judged(UNAUTHORIZED, System.nanoTime()))
        .as("it is not the token, then")
        .isEqualTo(UNAUTHORIZED);
    assertThat(sent()).isEqualTo("Bearer token-2");
  }

  @Test
  void otherVerdictsAreNoWordAboutTheToken() {
    sent();
    for (Verdict verdict :
        List.of(
            new Verdict.Accepted("200"),
            new Verdict.TargetFailed("500", "ServerError", "no"),
            new Verdict.TargetMisconfigured("-", "AuthenticationFailed", "no credential"),
            new Verdict.TargetMisconfigured("404", "NotFound", "no"))) {
      assertThat(headers.judged(verdict, System.nanoTime())).isEqualTo(verdict);
    }
    assertThat(sent()).isEqualTo("Bearer token-1");
  }
}
