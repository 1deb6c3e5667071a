package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.api.v1alpha1.ResponseRuleSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The user's own rules over an answer: the 200 that means failure, the 403 that means "slow down".
 * The first one that holds decides. One that can't be evaluated on an answer, because a field is
 * missing for instance, doesn't hold. Pure.
 */
final class ResponseRules {

  /**
   * A rule that held.
   *
   * @param reason what it calls the case; its position in the list, from 0, where it doesn't
   * @param position its place in {@code spec.target.http.responseRules}
   */
  record Ruling(ResponseRuleSpec.Verdict verdict, String reason, int position) {}

  private record Rule(Expression when, Ruling ruling) {}

  private final List<Rule> rules = new ArrayList<>();
  private final boolean lookAtBodies;

  ResponseRules(List<ResponseRuleSpec> specs) {
    for (int i = 0; i < specs.size(); i++) {
      ResponseRuleSpec spec = specs.get(i);
      try {
        rules.add(
            new Rule(
                Expression.condition(spec.when(), Declarations.ofResponse()),
                new Ruling(
                    spec.verdict(),
                    Objects.requireNonNullElse(spec.reason(), Integer.toString(i)),
                    i)));
      } catch (Expression.Unsound e) {
        throw new IllegalArgumentException(
            "an unsound rule, which the check before has refused: " + e.getMessage(), e);
      }
    }
    lookAtBodies =
        rules.stream().anyMatch(rule -> rule.when().uses().contains(Declarations.RESPONSE_BODY));
  }

  /** Whether a rule needs the answer's body. */
  boolean lookAtBodies() {
    return lookAtBodies;
  }

  /** The first rule that holds, or null. */
  @Nullable Ruling decide(Answer answer) {
    if (rules.isEmpty()) {
      return null;
    }
    var values = new AnswerValues(answer);
    for (Rule rule : rules) {
      try {
        if (rule.when().test(values)) {
          return rule.ruling();
        }
      } catch (Expression.Failed e) {
        // Not this case, then.
      }
    }
    return null;
  }

  /** An answer as values of the expressions; its body is read as JSON once, if anybody asks. */
  private static final class AnswerValues implements Expression.Values {
    private final Answer answer;
    private @Nullable Object body;
    private boolean bodyRead;

    AnswerValues(Answer answer) {
      this.answer = answer;
    }

    @Override
    public @Nullable Object of(String name) {
      return switch (name) {
        case Declarations.RESPONSE_STATUS -> (long) answer.status();
        case Declarations.RESPONSE_HEADERS -> answer.headers();
        case Declarations.RESPONSE_BODY -> {
          if (!bodyRead) {
            body = plain(answer);
            bodyRead = true;
          }
          yield body;
        }
        default -> throw new IllegalArgumentException("not declared: " + name);
      };
    }
  }

  /** JSON where the content type or the first byte says so and it is; else text. */
  private static @Nullable Object plain(Answer answer) {
    byte[] body = answer.body();
    String type = answer.header("Content-Type");
    if (type != null && type.toLowerCase(Locale.ROOT).contains("json") || looksLikeJson(body)) {
      try {
        return PlainJson.parse(body);
      } catch (PlainJson.Malformed e) {
        // Cut off, or a lie: as text it can still be searched.
      }
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private static boolean looksLikeJson(byte[] body) {
    for (byte b : body) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b == '{' || b == '[';
      }
    }
    return false;
  }
}
