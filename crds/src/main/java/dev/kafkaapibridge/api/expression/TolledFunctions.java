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
 * CEL's functions, each of which pays ({@link Tolls}) before it begins. They are the library's own:
 * what they give is the same.
 */
final class TolledFunctions implements CelInternalRuntimeLibrary {

  /** Those that cost the same whatever they are given. */
  private static final Set<String> FREE =
      Set.of(
          "index_list",
          "index_map",
          "in_map",
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

  @Override
  public void setRuntimeOptions(CelRuntimeBuilder runtime) {
    throw new UnsupportedOperationException("it is asked by its other method");
  }

  @Override
  public void setRuntimeOptions(
      CelRuntimeBuilder runtime, RuntimeEquality equality, CelOptions options) {
    var functions = new ArrayList<CelFunctionBinding>();
    functions.addAll(
        CelStandardFunctions.newBuilder().build().newFunctionBindings(equality, options));
    CelRuntimeBuilder listing = listing(functions);
    CelExtensions.strings().setRuntimeOptions(listing);
    CelExtensions.encoders(CelOptions.DEFAULT).setRuntimeOptions(listing);
    for (CelFunctionBinding function : functions) {
      // Those of no argument choose among the others, for programs whose types are unknown.
      if (!function.getArgTypes().isEmpty()) {
        runtime.addFunctionBindings(tolled(function));
      }
    }
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
    return CelFunctionBinding.from(
        overload,
        List.copyOf(function.getArgTypes()),
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
