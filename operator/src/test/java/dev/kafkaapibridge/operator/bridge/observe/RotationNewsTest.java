package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationNewsTest {

  private static final String TOKEN = "Secret 'crm', key 'token'";

  private static final List<Reference> REFERENCES =
      List.of(
          new Reference(
              "Secret",
              "crm",
              "token",
              "spec.target.http.headers[0].secretKeyRef",
              Reference.Holds.Text));

  private final RotationNews news = new RotationNews();

  @Test
  void eachIsToldOnceAndWhenTheLastPodHasIt() {
    assertThat(at("10:10:00", has("a", null), has("b", null))).isEmpty();
    assertThat(at("10:10:10", has("a", "10:10:05"), has("b", null))).isEmpty();
    assertThat(at("10:10:20", has("a", "10:10:05"), has("b", "10:10:15"))).containsExactly(TOKEN);
    assertThat(at("10:10:30", has("a", "10:10:05"), has("b", "10:10:15"))).isEmpty();

    assertThat(at("11:00:00", has("a", "10:59:50"), has("b", "10:10:15"))).isEmpty();
    assertThat(at("11:00:10", has("a", "10:59:50"), has("b", "11:00:05"))).containsExactly(TOKEN);
  }

  @Test
  void aPodThatBeganLaterHasBegunWithIt() {
    assertThat(at("10:10:20", has("a", "10:10:05"), began("b", "10:10:04"))).isEmpty();
    assertThat(at("10:10:20", has("a", "10:10:05"), began("b", "10:10:06"))).containsExactly(TOKEN);
  }

  @Test
  void whatTheSpecDoesNotNameIsNotToldHoweverAPodCallsIt() {
    assertThat(new RotationNews().in(fleet(has("a", "10:10:05")), List.of(), time("10:10:20")))
        .isEmpty();
  }

  @Test
  void aPodThatIsSilentMayNotHaveIt() {
    assertThat(at("10:10:20", has("a", "10:10:05"), silent(pod("b")))).isEmpty();
  }

  @Test
  void anOperatorThatBeginsTellsOfTheLastMinute() {
    assertThat(at("10:12:00", has("a", "10:10:05"))).isEmpty();
    assertThat(new RotationNews().in(fleet(has("a", "10:10:05")), REFERENCES, time("10:11:00")))
        .containsExactly(TOKEN);
  }

  private List<String> at(String now, Member... pods) {
    return news.in(fleet(pods), REFERENCES, time(now));
  }

  /** A pod of 10:00:00 that took up the token then, or still has its first one. */
  private static Member has(String pod, String takenUpAt) {
    return says(
        pod,
        "references",
        "[{\"kind\": \"Secret\", \"name\": \"crm\", \"key\": \"token\", \"field\": \"f\", \"state\": \"Found\", \"takenUpAt\": %s}]"
            .formatted(takenUpAt == null ? "null" : "\"" + time(takenUpAt) + "\""));
  }

  private static Member began(String pod, String processStartedAt) {
    return says(pod, "processStartedAt", "\"" + time(processStartedAt) + "\"");
  }

  private static OffsetDateTime time(String time) {
    return OffsetDateTime.parse("2026-11-25T" + time + "Z");
  }
}
