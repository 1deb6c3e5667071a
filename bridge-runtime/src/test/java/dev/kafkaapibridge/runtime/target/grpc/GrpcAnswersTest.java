package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.runtime.pace.LimitNotice;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.http.TransportFailures;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole answers, as a server may write them, to verdicts. */
class GrpcAnswersTest {

  private static final String NEVER =
      ", responseRules: [{when: \"response.code == 'DATA_LOSS'\", verdict: Accepted}]";

  private final List<String> told = new ArrayList<>();

  /**
   * What says OK beyond doubt is accepted without a look at the rest; with a rule that never holds
   * each is looked at, and must come to the same.
   */
  @ParameterizedTest(name = "{0} {1} | {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | content-type: application/grpc                                       | grpc-status: 0                     | true  | Accepted OK Accepted
          200 | Content-Type: Application/GRPC+proto                                 | Grpc-Status: 0                     | true  | Accepted OK Accepted
          200 | content-type: application/grpc                                       | grpc-status: 0 & grpc-message: hi  | true  | Accepted OK Accepted
          200 | content-type: application/grpc & grpc-status: 0                      |                                    | true  | Accepted OK Accepted
          200 | content-type: text/html & grpc-status: 0                             |                                    | true  | Accepted OK Accepted
          200 | content-type: application/grpc & grpc-status: 0                      | grpc-status: 5                     | true  | Accepted OK Accepted
          200 | content-type: application/grpc & grpc-status: 5                      | grpc-status: 0                     | false | RecordRefused NOT_FOUND Refused
          200 | content-type: application/grpc & grpc-status: 0 & grpc-status: 0     |                                    | false | TargetFailed UNKNOWN ServerError
          200 | content-type: application/grpc                                       | grpc-status: 0 & grpc-status: 0    | false | TargetFailed UNKNOWN ServerError
          200 | content-type: application/grpc                                       | grpc-status: 0 & GRPC-STATUS: 5    | false | TargetFailed UNKNOWN ServerError
          200 | content-type: application/grpc                                       | grpc-status: 5 & grpc-status: 0    | false | TargetFailed UNKNOWN ServerError
          200 | content-type: application/grpc                                       | grpc-status: 00                    | false | Accepted OK Accepted
          200 | content-type: application/grpc                                       | grpc-status: 14                    | false | TargetFailed UNAVAILABLE ServerError
          200 | content-type: application/grpc                                       | x-other: 0                         | false | TargetFailed - InvalidAnswer
          200 | content-type: application/grpc                                       |                                    | false | TargetFailed - InvalidAnswer
          200 | content-type: application/json                                       | grpc-status: 0                     | false | TargetFailed - InvalidAnswer
          200 | x-other: 0                                                           | grpc-status: 0                     | false | TargetFailed - InvalidAnswer
          204 | content-type: application/grpc                                       | grpc-status: 0                     | false | Accepted OK Accepted
          503 | content-type: application/grpc & grpc-status: 0                      |                                    | false | Accepted OK Accepted
          503 | content-type: text/html                                              | grpc-status: 0                     | false | TargetFailed UNAVAILABLE ServerError
          """)
  void aVerdictIsTheSameWithOrWithoutALook(
      int http, String headers, String trailers, boolean beyondDoubt, String verdict)
      throws IOException {
    Headers last =
        HeadersAndTrailers.announceMessages(answer(http, headers, trailers))
            ? headers(trailers)
            : headers(headers);
    assertThat(HeadersAndTrailers.sayOk(answer(http, headers, trailers), last))
        .isEqualTo(beyondDoubt);
    assertThat(GrpcUnderTest.summary(answers("").whole(answer(http, headers, trailers))))
        .isEqualTo(verdict);
    assertThat(answers("").whole(answer(http, headers, trailers)))
        .isEqualTo(answers(NEVER).whole(answer(http, headers, trailers)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          content-type: application/grpc & ratelimit-policy: 100;w=10                     | grpc-status: 0 | 10.0, limited: false
          content-type: application/grpc & x-ratelimit-limit-second: 7 & grpc-status: 0   |                | 7.0, limited: false
          content-type: application/grpc & ratelimit-policy: 100;w=10 & grpc-status: 8    |                | 10.0, limited: true
          content-type: application/grpc & ratelimit-policy: 100;w=10                     | grpc-status: 5 | 10.0, limited: false
          """)
  void whatAnAnswerTellsOfTheLimitIsHeardWhateverItsStatus(
      String headers, String trailers, String heard) throws IOException {
    answers("").whole(answer(200, headers, trailers));
    answers(NEVER).whole(answer(200, headers, trailers));
    assertThat(told).containsExactly(heard, heard);
  }

  @Test
  void aRuleOrATopicForAnswersLooksAtWhatIsAccepted() throws IOException {
    String rule =
        ", responseRules: [{when: \"response.trailers['x-state'] == 'no'\", verdict: RecordRefused}]";
    String type = "content-type: application/grpc";
    String trailers = "grpc-status: 0 & x-state: no";
    assertThat(GrpcUnderTest.summary(answers(rule).whole(answer(200, type, trailers))))
        .isEqualTo("RecordRefused OK 0");
    KeptAnswer kept = kept(answer(200, type, trailers));
    assertThat(kept.body()).containsExactly('m');
    assertThat(kept.headers()).containsEntry("x-state", "no").containsEntry("grpc-status", "0");
    KeptAnswer withoutMessages = kept(answer(200, type + " & " + trailers, null));
    assertThat(withoutMessages.body()).isEmpty();
    assertThat(withoutMessages.headers()).containsEntry("x-state", "no");
  }

  private KeptAnswer kept(Response answer) throws IOException {
    KeptAnswer kept = answers("", KeptAnswer.Keeping.Accepted).whole(answer).clues().kept();
    assertThat(kept).isNotNull();
    return kept;
  }

  private GrpcAnswers answers(String fields) {
    return answers(fields, KeptAnswer.Keeping.Nothing);
  }

  private GrpcAnswers answers(String fields, KeptAnswer.Keeping keeping) {
    KafkaApiBridgeSpec spec =
        GrpcUnderTest.spec("a:1", "transport: Plaintext" + fields, "{}", "{}");
    return new GrpcAnswers(
        new GrpcVerdicts(spec.target().grpc(), spec.delivery().retry()),
        new TransportFailures(
            new TransportFailures.Advice("target", "a", "b", "c", "d", "e", "f", "g", "h")),
        message -> message,
        false,
        new AnswerKeeping(keeping, false, message -> message),
        this::told,
        Clock.systemUTC());
  }

  private void told(LimitNotice notice, boolean limited) {
    told.add(notice.perSecond() + ", limited: " + limited);
  }

  /** With a message of one byte, as the client sees it: any status but success is shifted. */
  private static Response answer(int http, String headers, String trailers) {
    var body = new Buffer().writeByte(0).writeInt(1).writeUtf8("m");
    return new Response.Builder()
        .request(new Request.Builder().url("http://a:1/").build())
        .protocol(Protocol.HTTP_2)
        .code(http < 300 ? http : http + 1_000)
        .message("")
        .headers(headers(headers))
        .body(ResponseBody.create(body, null, body.size()))
        .trailers(() -> headers(trailers))
        .build();
  }

  private static Headers headers(String lines) {
    var built = new Headers.Builder();
    if (lines != null) {
      for (String line : lines.split(" & ")) {
        built.add(line);
      }
    }
    return built.build();
  }
}
