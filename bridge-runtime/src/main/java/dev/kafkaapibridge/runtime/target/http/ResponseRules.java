package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.v1alpha1.ResponseRuleSpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The user's own rules over an answer: the 200 that means failure, the 403 that means "slow down".
 * The first one that holds decides. One that can't be evaluated on an answer, because a field is
 * missing for instance, doesn't hold. Pure.
 */
public final class ResponseRules {

  /**
   * A rule that held.
   *
   * @param reason what it calls the case; its position in the list, from 0, where it doesn't
   * @param field the field of the spec that it stands in
   */
  public record Ruling(ResponseRuleSpec.Verdict verdict, String reason, String field) {

    /** What a condition's reason may be. */
    private static final Pattern ONE_WORD = Pattern.compile("[A-Z][A-Za-z0-9]{0,63}");

    /**
     * @param code of the answer
     * @param wait what the answer asks to wait; null: nothing
     */
    public Verdict of(String code, @Nullable Duration wait) {
      String detail = "%s (%s) holds for an answer with status %s".formatted(field, reason, code);
      return switch (verdict) {
        case Accepted -> new Verdict.Accepted(code, reason);
        case RateLimited -> new Verdict.RateLimited(code, wait, reason);
        case TargetFailed -> new Verdict.TargetFailed(code, reason, detail);
        case TargetMisconfigured ->
            new Verdict.TargetMisconfigured(
                code, ONE_WORD.matcher(reason).matches() ? reason : "ResponseRule", detail + ".");
        case RecordRefused -> new Verdict.RecordRefused(code, reason, detail);
      };
    }
  }

  private record Rule(Expression when, Ruling ruling) {}

  private final List<Rule> rules = new ArrayList<>();
  private final boolean lookAtBodies;

  /**
   * @param names what the rules may name
   * @param list the field of the spec that has them, for people
   */
  public ResponseRules(List<ResponseRuleSpec> specs, Declarations names, String list) {
    for (int i = 0; i < specs.size(); i++) {
      ResponseRuleSpec spec = specs.get(i);
      try {
        rules.add(
            new Rule(
                Expression.condition(spec.when(), names),
                new Ruling(
                    spec.verdict(),
                    Objects.requireNonNullElse(spec.reason(), Integer.toString(i)),
                    list + "[" + i + "]")));
      } catch (Expression.Unsound e) {
        throw new IllegalArgumentException(
            "an unsound rule, which the check before has refused: " + e.getMessage(), e);
      }
    }
    lookAtBodies =
        rules.stream().anyMatch(rule -> rule.when().uses().contains(Declarations.RESPONSE_BODY));
  }

  public boolean areNone() {
    return rules.isEmpty();
  }

  /** Whether a rule needs the answer's body. */
  public boolean lookAtBodies() {
    return lookAtBodies;
  }

  /** The first rule that holds, or null. */
  public @Nullable Ruling decide(Expression.Values values) {
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
}
