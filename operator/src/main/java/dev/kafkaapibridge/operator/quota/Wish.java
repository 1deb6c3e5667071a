package dev.kafkaapibridge.operator.quota;

import dev.kafkaapibridge.api.v1alpha1.RateLimitSpec;
import dev.kafkaapibridge.api.v1alpha1.SharedLimitSpec;
import java.util.Optional;

/**
 * What a bridge says of a limit that it shares.
 *
 * @param limit its name
 * @param weight 1 or more
 * @param terms what all that share it may send together
 */
public record Wish(String limit, int weight, Terms terms) {

  /** Empty where it shares none. */
  public static Optional<Wish> of(RateLimitSpec spec) {
    SharedLimitSpec shared = spec.shared();
    return shared == null
        ? Optional.empty()
        : Terms.of(spec).map(terms -> new Wish(shared.name(), shared.weight(), terms));
  }
}
