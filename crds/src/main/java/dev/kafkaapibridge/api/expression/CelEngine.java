package dev.kafkaapibridge.api.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelVariableResolver;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * CEL as this project has it: which functions there are, and which of two runtimes a program is
 * made for. One whose cost its text and the record's size bound already runs free; one that has a
 * loop, or a function that makes more than it is given or goes through it more than once, pays
 * ({@link CelFunctions}).
 */
final class CelEngine {

  /** Runs a program that is compiled. */
  interface Program {
    Object eval(CelVariableResolver values) throws CelEvaluationException;
  }

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .comprehensionMaxIterations(Expression.MAX_ITERATIONS)
          .maxRegexProgramSize(Expression.MAX_ITERATIONS)
          // JSON knows one kind of number: `value.total > 100` must hold for 100.5 too.
          .enableHeterogeneousNumericComparisons(true)
          .build();

  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setOptions(OPTIONS)
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addLibraries(CelExtensions.strings(), CelExtensions.encoders(CelOptions.DEFAULT))
          .build();

  private static final CelRuntime FREE =
      CelRuntimeFactory.standardCelRuntimeBuilder()
          .setOptions(OPTIONS)
          .setStandardEnvironmentEnabled(false)
          .addLibraries(new CelFunctions(false))
          .build();

  private static final CelRuntime TOLLED =
      CelRuntimeFactory.standardCelRuntimeBuilder()
          .setOptions(OPTIONS)
          .setStandardEnvironmentEnabled(false)
          .addLibraries(new CelFunctions(true))
          .build();

  /** Even outside of a loop: they make more than they are given, or go through it often. */
  private static final Set<String> COSTLY =
      Set.of(
          "add_string",
          "add_bytes",
          "add_list",
          "matches",
          "matches_string",
          "contains_string",
          "string_index_of_string",
          "string_index_of_string_int",
          "string_last_index_of_string",
          "string_last_index_of_string_int",
          "string_replace_string_string",
          "string_replace_string_string_int",
          "string_split_string",
          "string_split_string_int",
          "list_join",
          "list_join_string",
          "strings_quote",
          "string_to_bytes",
          "base64_encode_bytes");

  private CelEngine() {}

  static CelAbstractSyntaxTree compile(String text, Declarations declarations)
      throws CelValidationException {
    CelCompilerBuilder builder = COMPILER.toCompilerBuilder();
    declarations.names().forEach((name, type) -> builder.addVar(name, type.cel()));
    return builder.build().compile(text).getAst();
  }

  static Program program(CelAbstractSyntaxTree tree) throws CelEvaluationException {
    Set<Kind> kinds =
        CelNavigableAst.fromAst(tree)
            .getRoot()
            .allNodes()
            .map(CelNavigableExpr::getKind)
            .collect(Collectors.toSet());
    boolean loops = kinds.contains(Kind.COMPREHENSION);
    boolean costly =
        tree.getReferenceMap().values().stream()
            .anyMatch(reference -> reference.overloadIds().stream().anyMatch(COSTLY::contains));
    if (!loops && !costly) {
      return FREE.createProgram(tree)::eval;
    }
    CelRuntime.Program program = TOLLED.createProgram(tree);
    boolean gathers = loops && (kinds.contains(Kind.LIST) || kinds.contains(Kind.MAP));
    return values -> {
      var spending = new Spending();
      return ScopedValue.where(Spending.CURRENT, spending)
          .call(() ->
              gathers
                  ? program.trace(
                      values,
                      (part, made) -> {
                        Kind kind = part.exprKind().getKind();
                        if (kind == Kind.LIST || kind == Kind.MAP) {
                          spending.hold(made);
                        }
                      })
                  : program.eval(values));
    };
  }
}
