package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.validation.Gep2257;
import dev.kafkaapibridge.operator.quota.Portion;
import dev.kafkaapibridge.operator.quota.Terms;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The spec of a bridge that shares a limit, with its part in place of the whole: pods know nothing
 * of other bridges. Made anew when the spec or the part changes. Owned by one bridge's reconcile.
 */
final class OwnPart {

  private record Made(AcceptedBridge from, Portion.Part part, AcceptedBridge bridge) {}

  private @Nullable Made last;

  /** As it was declared where it shares nothing, or has no part yet. */
  AcceptedBridge of(AcceptedBridge declared, Optional<Portion> portion, Bridge bridge) {
    if (portion.isEmpty() || !(portion.get() instanceof Portion.Part part)) {
      return declared;
    }
    Made made = last;
    if (made == null || made.from() != declared || !made.part().equals(part)) {
      made = new Made(declared, part, declared.with(parted(declared, part.terms(), bridge), part));
      last = made;
    }
    return made.bridge();
  }

  private static AcceptedBridge parted(AcceptedBridge declared, Terms terms, Bridge bridge) {
    ObjectNode spec = declared.specTree().deepCopy();
    ObjectNode limit = (ObjectNode) spec.at("/delivery/rateLimit");
    limit.remove("shared");
    limit.put("requests", terms.requests());
    limit.put("period", Gep2257.write(terms.period()));
    limit.remove("burst");
    if (terms.burst() > 0) {
      limit.put("burst", terms.burst());
    }
    ObjectNode file = bridge.asFile();
    file.set("spec", spec);
    return Acceptance.of(declared.identity(), file).accepted().orElseThrow();
  }
}
