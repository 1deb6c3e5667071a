package dev.kafkaapibridge.benchmarks.autoscaling.world;

import static dev.kafkaapibridge.benchmarks.autoscaling.Scenarios.plainBut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiTest {

  private record Answered(double asked, double at, Answer answer) {}

  private final Agenda agenda = new Agenda();
  private final List<Answered> answers = new ArrayList<>();

  private Api api(String... replacements) {
    return new Api(plainBut(replacements), agenda);
  }

  private static final String[] STILL = {"\"latencyJitter\": 0.2", "\"latencyJitter\": 0"};

  private void callAt(Api api, double second) {
    agenda.at(
        Agenda.nanos(second),
        () ->
            api.call(
                answer -> answers.add(new Answered(second, Agenda.seconds(agenda.now()), answer))));
  }

  private void run(Api api) {
    while (Math.min(agenda.next(), api.next()) < Long.MAX_VALUE) {
      if (agenda.next() <= api.next()) {
        agenda.step();
      } else {
        agenda.goTo(api.next());
        api.step();
      }
    }
  }

  private long count(Kind kind) {
    return answers.stream().filter(each -> each.answer().kind() == kind).count();
  }

  @Test
  void theBucketNeverGivesMoreThanQuotaAndBurstInAnyStretch() {
    Api api =
        api(
            "[[0, 500]]",
            "[[0, 50], [20, 10], [40, 80]]",
            "\"burstSeconds\": 1",
            "\"burstSeconds\": 2");
    Scenario scenario = plainBut("[[0, 500]]", "[[0, 50], [20, 10], [40, 80]]");
    for (int i = 0; i < 12_000; i++) {
      callAt(api, i / 200.0);
    }
    run(api);

    double[] accepted =
        answers.stream()
            .filter(each -> each.answer().kind() == Kind.Accepted)
            .mapToDouble(Answered::asked)
            .sorted()
            .toArray();
    for (int from = 0; from < accepted.length; from += 37) {
      for (int to = from; to < accepted.length; to += 41) {
        double quota = scenario.api().quota().sum(accepted[from], accepted[to]);
        double burst = 2 * scenario.api().quota().most(0, accepted[from]);
        assertThat(to - from + 1).isLessThanOrEqualTo((int) Math.ceil(quota + burst + 1));
      }
    }
    double all = 2 * 50 + scenario.api().quota().sum(0, 60);
    assertThat((double) accepted.length).as("nor less").isCloseTo(all, within(60.0));
  }

  @Test
  void aRefusalTakesTwentyMillisecondsAndSaysWhenToComeBack() {
    Api api = api("[[0, 500]]", "[[0, 0.25]]", "\"retryAfter\": false", "\"retryAfter\": true");
    callAt(api, 0);
    callAt(api, 1);
    run(api);

    assertThat(answers.getFirst().answer().kind()).isEqualTo(Kind.Accepted);
    Answered refused = answers.getLast();
    assertThat(refused.answer().kind()).isEqualTo(Kind.Throttled);
    assertThat(refused.at()).isCloseTo(1.02, within(1e-6));
    assertThat(refused.answer().retryAfterSeconds()).isEqualTo(3);
  }

  @Test
  void refusalsCostWhatTheScenarioSays() {
    for (String cost : List.of("0", "0.5")) {
      answers.clear();
      Api api = api("[[0, 500]]", "[[0, 10]]", "\"rejectCost\": 0", "\"rejectCost\": " + cost);
      double start = Agenda.seconds(agenda.now());
      for (int i = 0; i < 1_500; i++) {
        callAt(api, start + i / 15.0);
      }
      run(api);
      // 15 calls a second, 10 tokens: each refusal that costs half a call lets fewer through.
      double a = cost.equals("0") ? 10 : (10 - 0.5 * 15) / 0.5;
      assertThat(count(Kind.Accepted) / 100.0).isCloseTo(a, within(0.5));
    }
  }

  @Test
  void anOutageFailsEveryCallAfterHalfASecondToOneAndAHalf() {
    Api api =
        api("\"burstSeconds\": 1", "\"burstSeconds\": 1, \"outage\": [[10, true], [20, false]]");
    for (int i = 0; i < 300; i++) {
      callAt(api, i / 10.0);
    }
    run(api);

    assertThat(answers)
        .allSatisfy(each -> {
          boolean out = each.asked() >= 10 && each.asked() < 20;
          assertThat(each.answer().kind()).isEqualTo(out ? Kind.Failed : Kind.Accepted);
          if (out) {
            assertThat(each.at() - each.asked()).isBetween(0.5, 1.5);
          }
        });
  }

  @Test
  void latencyIsUniformAroundItsMiddle() {
    Api api = api();
    for (int i = 0; i < 2_000; i++) {
      callAt(api, i / 100.0);
    }
    run(api);

    assertThat(answers)
        .allSatisfy(each -> assertThat(each.at() - each.asked()).isBetween(0.08, 0.1201));
    assertThat(
            answers.stream().mapToDouble(each -> each.at() - each.asked()).average().orElseThrow())
        .isCloseTo(0.1, within(0.001));
  }

  @Test
  void callsBeyondTheParallelismStretchEveryonesLatency() {
    Api api =
        api(
            STILL[0],
            STILL[1],
            "\"burstSeconds\": 1",
            "\"burstSeconds\": 1, \"parallelism\": [[0, 10]]");
    for (int i = 0; i < 20; i++) {
      callAt(api, 1);
    }
    callAt(api, 5);
    run(api);

    assertThat(answers.subList(0, 20))
        .allSatisfy(each -> assertThat(each.at() - each.asked()).isCloseTo(0.2, within(1e-6)));
    assertThat(answers.getLast().at() - 5).as("alone").isCloseTo(0.1, within(1e-6));
  }

  @Test
  void announcesItsPolicyWhereTheScenarioSaysSo() {
    Api api =
        api(
            "\"rateLimitHeaders\": false",
            "\"rateLimitHeaders\": true",
            "[[0, 500]]",
            "[[0, 7.5]]");
    callAt(api, 0);
    run(api);

    assertThat(answers.getFirst().answer().policy()).hasToString("\"default\";q=15;w=2");
  }
}
