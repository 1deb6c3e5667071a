package dev.kafkaapibridge.api.expression;

import dev.cel.common.CelOptions;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.extensions.CelExtensions;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelInternalRuntimeLibrary;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.RuntimeEquality;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * CEL's functions: the library's own, but that numbers are compared exactly ({@link
 * ExactEquality}); and where they are tolled, each pays ({@link Tolls}) before it begins.
 */
final class CelFunctions implements CelInternalRuntimeLibrary {

  /** Those that cost the same whatever they are given. */
  private static final Set<String> FREE =
      Set.of(
          "index_list",
          "size_list",
          "list_size",
          "size_map",
          "map_size",
          "size_bytes",
          "bytes_size",
          "to_dyn",
          "string_to_string",
          "bytes_to_bytes",
          "logical_not");

  private final boolean tolled;

  CelFunctions(boolean tolled) {
    this.tolled = tolled;
  }

  @Override
  public void setRuntimeOptions(CelRuntimeBuilder runtime) {
    throw new UnsupportedOperationException("it is asked by its other method");
  }

  @Override
  public void setRuntimeOptions(
      CelRuntimeBuilder runtime, RuntimeEquality equality, CelOptions options) {
    var exactly = new ExactEquality(equality);
    var functions = new ArrayList<CelFunctionBinding>();
    functions.addAll(
        CelStandardFunctions.newBuilder().build().newFunctionBindings(equality, options));
    CelRuntimeBuilder listing = listing(functions);
    CelExtensions.strings().setRuntimeOptions(listing);
    CelExtensions.encoders(CelOptions.DEFAULT).setRuntimeOptions(listing);
    for (CelFunctionBinding function : functions) {
      // Those of no argument choose among the others, for programs whose types are unknown.
      if (!function.getArgTypes().isEmpty()) {
        CelFunctionBinding compared = exact(function, exactly);
        runtime.addFunctionBindings(tolled ? tolled(compared) : compared);
      }
    }
  }

  private static CelFunctionBinding exact(CelFunctionBinding function, ExactEquality exactly) {
    CelFunctionOverload library = function.getDefinition();
    return switch (function.getOverloadId()) {
      case "equals" -> with(function, args -> exactly.same(args[0], args[1]));
      case "not_equals" -> with(function, args -> !exactly.same(args[0], args[1]));
      case "in_list" ->
          with(
              function,
              args -> (boolean) library.apply(args) || exactly.has((Iterable<?>) args[1], args[0]));
      default -> function;
    };
  }

  private static CelFunctionBinding with(CelFunctionBinding function, CelFunctionOverload made) {
    return CelFunctionBinding.from(
        function.getOverloadId(), List.copyOf(function.getArgTypes()), made);
  }

  private static CelFunctionBinding tolled(CelFunctionBinding function) {
    String overload = function.getOverloadId();
    if (!function.isStrict() || FREE.contains(overload)) {
      return function;
    }
    CelFunctionOverload free = function.getDefinition();
    CelFunctionOverload tolled =
        switch (overload) {
          case "matches", "matches_string" ->
              args -> Tolls.matches((String) args[0], (String) args[1], Spending.CURRENT.get());
          default ->
              args -> {
                Tolls.pay(overload, args, Spending.CURRENT.get());
                return free.apply(args);
              };
        };
    return with(
        function,
        args -> {
          try {
            return tolled.apply(args);
          } catch (CelRuntimeException e) {
            throw e;
          } catch (RuntimeException e) {
            // The library would write all arguments into its message.
            throw new CelEvaluationException("'%s' failed".formatted(overload), e);
          }
        });
  }

  /** The extensions show their functions to nobody but a builder. */
  private static CelRuntimeBuilder listing(List<CelFunctionBinding> functions) {
    return (CelRuntimeBuilder)
        Proxy.newProxyInstance(
            CelRuntimeBuilder.class.getClassLoader(),
            new Class<?>[] {CelRuntimeBuilder.class},
            (proxy, method, args) -> {
              switch (args == null ? null : args[0]) {
                case Iterable<?> many ->
                    many.forEach(function -> functions.add((CelFunctionBinding) function));
                case CelFunctionBinding[] some -> functions.addAll(List.of(some));
                case null, default -> throw new UnsupportedOperationException(method.getName());
              }
              return proxy;
            });
  }
}
