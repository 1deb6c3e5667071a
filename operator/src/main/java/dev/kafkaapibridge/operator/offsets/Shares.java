package dev.kafkaapibridge.operator.offsets;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Something for each namespace, there while somebody of it has entered. Safe for all threads. */
final class Shares<T> {

  private record Share<T>(T thing, int inside) {}

  private final Map<String, Share<T>> shares = new ConcurrentHashMap<>();
  private final Supplier<T> fresh;

  Shares(Supplier<T> fresh) {
    this.fresh = fresh;
  }

  T enter(String namespace) {
    return shares
        .compute(
            namespace,
            (n, share) ->
                share == null
                    ? new Share<>(fresh.get(), 1)
                    : new Share<>(share.thing(), share.inside() + 1))
        .thing();
  }

  void leave(String namespace) {
    shares.computeIfPresent(
        namespace,
        (n, share) -> share.inside() == 1 ? null : new Share<>(share.thing(), share.inside() - 1));
  }

  int known() {
    return shares.size();
  }
}
