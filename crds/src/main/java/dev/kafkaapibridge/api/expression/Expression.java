package dev.kafkaapibridge.api.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelVariableResolver;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One CEL expression of the user's, compiled and type-checked. Immutable; any thread may evaluate
 * it. Beside CEL's standard functions it knows those for strings and {@code base64}.
 *
 * <p>Bounded in time and memory: an evaluation makes at most {@value #MAX_ITERATIONS} steps through
 * lists and maps (CEL itself has no other loop), and its functions go through and make only so many
 * characters ({@link Spending}).
 */
public final class Expression {

  /** An expression that can't be used; the message says what is wrong with it, and where. */
  public static final class Unsound extends Exception {
    Unsound(String message) {
      super(message);
    }
  }

  /** Why an evaluation came to nothing. */
  public enum Reason {
    /** It names a field, a key or a place in a list that isn't there. */
    MissingField,
    /** What it found is of a type that it can't deal with, or it divided by zero, and such. */
    ExpressionFailed,
    /** It would have gone through more than the bound. */
    ExpressionTooCostly,
    /** It is null where text must stand. */
    NullValue,
    /** It is a list, an object or bytes that are no text, where text must stand. */
    NotText,
    /** In a URL's path, it is empty, {@code .} or {@code ..}: the path would be another. */
    UnsafePath,
    /** What comes of it is larger than the bound. */
    TooLarge
  }

  /**
   * An evaluation that came to nothing, on these values. Says nothing of the values themselves:
   * they are the user's data. Costs no stack trace.
   */
  public static final class Failed extends Exception {

    private final Reason reason;

    Failed(Reason reason, String message) {
      super(message, null, false, false);
      this.reason = reason;
    }

    public Reason reason() {
      return reason;
    }
  }

  /**
   * Where the declared names get their values; {@code Map::get} is one. Text, {@code Long}, {@code
   * Double}, {@code Boolean}, {@code byte[]}, {@code Instant}, lists and maps of these (as {@link
   * PlainJson} reads them), or null for CEL's null.
   */
  public interface Values {
    @Nullable Object of(String name);
  }

  static final int MAX_ITERATIONS = 10_000;

  private final String text;
  private final CelEngine.Program program;
  private final Set<String> uses;

  private Expression(String text, CelEngine.Program program, Set<String> uses) {
    this.text = text;
    this.program = program;
    this.uses = uses;
  }

  public static Expression compile(String text, Declarations declarations) throws Unsound {
    return compile(text, declarations, false);
  }

  /** One that is true or false, for {@link #test}. */
  public static Expression condition(String text, Declarations declarations) throws Unsound {
    return compile(text, declarations, true);
  }

  private static Expression compile(String text, Declarations declarations, boolean condition)
      throws Unsound {
    try {
      CelAbstractSyntaxTree tree = CelEngine.compile(text, declarations);
      if (condition
          && !tree.getResultType().equals(SimpleType.BOOL)
          && !tree.getResultType().equals(SimpleType.DYN)) {
        throw new Unsound(
            "'%s' is a %s, and must be true or false".formatted(text, tree.getResultType().name()));
      }
      Set<String> uses =
          tree.getReferenceMap().values().stream()
              .map(CelReference::name)
              .filter(declarations.names()::containsKey)
              .collect(Collectors.toUnmodifiableSet());
      return new Expression(text, CelEngine.program(tree), uses);
    } catch (CelValidationException e) {
      throw new Unsound(
          "'%s' is no CEL expression here: %s".formatted(text, said(e, declarations)));
    } catch (CelEvaluationException e) {
      throw new Unsound("'%s' can't be evaluated: %s".formatted(text, firstLine(e)));
    }
  }

  private static String said(CelValidationException e, Declarations declarations) {
    CelIssue first = e.getErrors().getFirst();
    String message = String.valueOf(first.getMessage()).replace(" (in container '')", "");
    // The candidates of an overload are a screenful.
    message = message.replaceFirst(" \\(candidates: .*", "").replaceAll("\\p{Cntrl}+", " ");
    String names =
        message.startsWith("undeclared reference")
            ? "; there are " + String.join(", ", declarations.names().keySet())
            : "";
    return "character " + (first.getSourceLocation().getColumn() + 1) + ": " + message + names;
  }

  private static String firstLine(CelEvaluationException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** The declared names that it needs. */
  public Set<String> uses() {
    return uses;
  }

  /**
   * @return of the same kinds as {@link Values} gives, or null for CEL's null; of CEL's own kinds
   *     also {@code Duration} and unsigned numbers
   */
  public @Nullable Object evaluate(Values values) throws Failed {
    Object result;
    try {
      result = program.eval(resolver(values));
    } catch (CelEvaluationException e) {
      throw failed(reason(e.getErrorCode()));
    } catch (Spending.Overspent e) {
      throw new Failed(e.reason(), "'%s' %s".formatted(text, e.getMessage()));
    }
    return switch (result) {
      case NullValue ignored -> null;
      case CelByteString bytes -> bytes.toByteArray();
      case null, default -> result;
    };
  }

  /** Whether it holds; something else than true or false is a failure. */
  public boolean test(Values values) throws Failed {
    if (evaluate(values) instanceof Boolean holds) {
      return holds;
    }
    throw failed(Reason.ExpressionFailed);
  }

  private Failed failed(Reason reason) {
    return new Failed(
        reason,
        switch (reason) {
          case MissingField -> "nothing is there that '%s' names".formatted(text);
          case ExpressionTooCostly ->
              "'%s' takes more than %d steps".formatted(text, MAX_ITERATIONS);
          default -> "'%s' can't be applied to what is there".formatted(text);
        });
  }

  /** What it gives as text ({@link PlainText}). */
  public String text(Values values) throws Failed {
    Object value = evaluate(values);
    if (value == null) {
      throw new Failed(Reason.NullValue, "'%s' is null".formatted(text));
    }
    try {
      return PlainText.of(value);
    } catch (PlainJson.Unwritable e) {
      throw new Failed(Reason.NotText, "'%s' is no text: %s".formatted(text, e.getMessage()));
    }
  }

  /**
   * What it gives as JSON ({@link PlainJson#write}).
   *
   * @param maxBytes what is longer fails
   */
  public String json(Values values, int maxBytes) throws Failed {
    try {
      return new String(PlainJson.write(evaluate(values), maxBytes), StandardCharsets.UTF_8);
    } catch (PlainJson.Unwritable e) {
      throw new Failed(
          e.isTooLarge() ? Reason.TooLarge : Reason.NotText,
          "'%s' can't be written as JSON: %s".formatted(text, e.getMessage()));
    }
  }

  private static CelVariableResolver resolver(Values values) {
    return name -> {
      Object value = values.of(name);
      return Optional.of(
          switch (value) {
            case null -> NullValue.NULL_VALUE;
            case byte[] bytes -> CelByteString.of(bytes);
            default -> value;
          });
    };
  }

  private static Reason reason(CelErrorCode code) {
    return switch (code) {
      case ATTRIBUTE_NOT_FOUND, INDEX_OUT_OF_BOUNDS -> Reason.MissingField;
      case ITERATION_BUDGET_EXCEEDED -> Reason.ExpressionTooCostly;
      default -> Reason.ExpressionFailed;
    };
  }

  /** As the user wrote it. */
  @Override
  public String toString() {
    return text;
  }
}
