package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.kube.Failure;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Optional;

/**
 * Brings a bridge's objects to what was rendered, and tells a refusal, which somebody has to mend,
 * from an accident, which is thrown and tried again.
 */
final class Apply {

  private Apply() {}

  static Application to(Context<Bridge> context, Rendered rendered) {
    Application obstacle = ChildNames.obstacle(rendered.bridge().identity(), context);
    if (obstacle != null) {
      return obstacle;
    }
    rendered.handTo(context);
    var result = context.managedWorkflowAndDependentResourceContext().reconcileManagedWorkflow();
    Optional<Application> refusal =
        result.getErroredDependents().values().stream()
            .flatMap(error -> refusal(error).stream())
            .findFirst();
    if (refusal.isPresent()) {
      return refusal.get();
    }
    result.throwAggregateExceptionIfErrorsPresent();
    return new Application.Done();
  }

  private static Optional<Application> refusal(Exception e) {
    KubernetesClientException answer = Failure.answer(e);
    if (answer == null) {
      return Optional.empty();
    }
    String words = Failure.words(answer);
    return switch (answer.getCode()) {
      case 422 ->
          Optional.of(
              new Application.Refused(
                  "InvalidSpec", "The API server refuses what spec.workload asks for: " + words));
      // A namespace on its way out refuses everything; the bridge goes with it.
      case 403 ->
          words.contains("because it is being terminated")
              ? Optional.of(new Application.Waiting("The namespace is being deleted"))
              : Optional.of(
                  new Application.Refused(
                      words.contains("exceeded quota") ? "QuotaExceeded" : "Forbidden", words));
      default -> Optional.empty();
    };
  }
}
