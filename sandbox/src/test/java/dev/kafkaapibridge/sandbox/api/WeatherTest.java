package dev.kafkaapibridge.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeatherTest {

  private long now = 10_000;
  private double dice = 50;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                            | 200
          {"outage": "ServiceUnavailable", "authorization": "Rejected"} | 503
          {"outage": "BlackHole"}                                       | 0
          {"outage": "ConnectionRefused"}                               | 0
          {"authorization": "Rejected"}                                 | 401
          {"errors": {"status": 500, "percent": 51}}                    | 500
          {"errors": {"status": 500, "percent": 50}}                    | 200
          {"refusal": {"status": 422, "body": "umb.*la"}}               | 422
          {"refusal": {"status": 422, "body": "parasol"}}               | 200
          {"resets": {"percent": 51, "at": "BeforeAnswer"}}             | 0
          {"resets": {"percent": 51, "at": "MidAnswer"}}                | 200
          """)
  void aSwitchDecidesTheAnswer(String switches, int status) {
    assertThat(answer(new Weather(Switches.parse(switches))).status()).isEqualTo(status);
  }

  @Test
  void aQuotaAcceptsSoManyInAWindowAndTellsWhenTheNextBegins() {
    var weather =
        new Weather(Switches.parse("{\"quota\": {\"requests\": 2, \"windowMillis\": 5000}}"));
    now = 11_200;

    assertThat(headers(weather))
        .containsEntry("RateLimit-Limit", "2")
        .containsEntry("RateLimit-Remaining", "1")
        .containsEntry("RateLimit-Policy", "\"default\";q=2;w=5")
        .doesNotContainKey("Retry-After");
    assertThat(headers(weather)).containsEntry("RateLimit", "\"default\";r=0;t=4");
    Answer third = answer(weather);
    assertThat(third.status()).isEqualTo(429);
    assertThat(((Answer.Respond) third).headers()).containsEntry("Retry-After", "4");

    now = 15_000;
    assertThat(answer(weather).status()).isEqualTo(200);
  }

  @Test
  void aQuotaMayKeepItsFiguresToItself() {
    var weather =
        new Weather(
            Switches.parse(
                "{\"quota\": {\"requests\": 0, \"windowMillis\": 5000, \"hints\": \"None\"}}"));

    assertThat(answer(weather).status()).isEqualTo(429);
    assertThat(headers(weather)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"latencyMillis": -1}                            | latencyMillis must be 0 to 600000
          {"errors": {"status": 200, "percent": 1}}        | errors.status must be between 400 and 599
          {"quota": {"requests": 5}}                       | quota.windowMillis must be 1 or more
          {"refusal": {"status": 400, "body": "("}}        | refusal.body is no regular expression
          {"resets": {"percent": 101, "at": "MidAnswer"}}  | resets.percent must be 0 to 100
          {"resets": {"percent": 1}}                       | resets.at must be BeforeAnswer or MidAnswer
          {"outrage": "BlackHole"}                         | outrage
          """)
  void aWrongSwitchIsNamed(String switches, String message) {
    assertThatThrownBy(() -> Switches.parse(switches))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void switchesSurviveTheWayThroughJson() {
    Switches switches =
        Switches.parse(
            "{\"latencyMillis\": 20, \"quota\": {\"requests\": 5, \"windowMillis\": 1000}, \"outage\": \"BlackHole\"}");

    assertThat(Switches.parse(switches.json())).isEqualTo(switches);
  }

  private Answer answer(Weather weather) {
    return weather.answer("{\"item\":\"umbrella\"}", now, () -> dice);
  }

  private Map<String, String> headers(Weather weather) {
    return ((Answer.Respond) answer(weather)).headers();
  }
}
