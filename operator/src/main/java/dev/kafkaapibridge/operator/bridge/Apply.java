package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import dev.kafkaapibridge.operator.bridge.resources.OwnResource;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.kube.Refusal;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.Optional;

/**
 * Brings a bridge's objects to what was rendered, and tells a refusal, which somebody has to mend,
 * from an accident, which is thrown and tried again.
 */
final class Apply {

  private Apply() {}

  static Application to(Context<Bridge> context, Rendered newest) {
    Rendered rendered = besideFormerFiles(context, newest);
    Application obstacle = ChildNames.clear(rendered, context);
    if (obstacle != null) {
      return obstacle;
    }
    Optional<Application> refused = refusedBeforehand(context, rendered);
    if (refused.isPresent()) {
      return refused.get();
    }
    rendered.handTo(context, Instant.now());
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

  private static Rendered besideFormerFiles(Context<Bridge> context, Rendered newest) {
    BridgeIdentity bridge = newest.bridge().identity();
    return OwnResource.of(bridge, context, ConfigMap.class)
        .map(files ->
            newest.beside(
                FormerFiles.kept(
                    newest,
                    files,
                    OwnResource.of(bridge, context, Deployment.class),
                    context.getSecondaryResources(ReplicaSet.class))))
        .orElse(newest);
  }

  /**
   * Asks the API server what it thinks of the pods of a new spec before anything is changed. Else a
   * Deployment that is refused would leave the old pods with the new network policy and budget.
   */
  private static Optional<Application> refusedBeforehand(
      Context<Bridge> context, Rendered rendered) {
    String hash = rendered.bridge().specHash();
    boolean newSpec =
        OwnResource.of(rendered.bridge().identity(), context, Deployment.class)
            .map(running -> running.getSpec().getTemplate().getMetadata().getAnnotations())
            .filter(annotations -> !hash.equals(annotations.get(BridgeLabels.SPEC_HASH)))
            .isPresent();
    if (!newSpec) {
      return Optional.empty();
    }
    try {
      context
          .getClient()
          .resource(DeploymentResource.render(rendered))
          .dryRun(true)
          .fieldManager(KafkaApiBridgeReconciler.NAME)
          .forceConflicts()
          .serverSideApply();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      Optional<Application> answer = refusal(e);
      if (answer.isEmpty()) {
        throw e;
      }
      return answer;
    }
  }

  private static Optional<Application> refusal(Exception e) {
    KubernetesClientException answer = Failure.answer(e);
    if (answer == null) {
      return Optional.empty();
    }
    String words = Failure.words(answer);
    // A namespace on its way out refuses everything; the bridge goes with it.
    if (words.contains("because it is being terminated")) {
      return Optional.of(new Application.Waiting("The namespace is being deleted"));
    }
    Optional<String> byCode =
        switch (answer.getCode()) {
          case 422 -> Optional.of("InvalidSpec");
          case 403 -> Optional.of("Forbidden");
          default -> Optional.empty();
        };
    return Refusal.reason(words)
        .or(() -> byCode)
        .map(reason -> new Application.Refused(reason, told(reason, answer, words)));
  }

  private static String told(String reason, KubernetesClientException answer, String words) {
    if (!reason.equals("InvalidSpec")) {
      return words;
    }
    return (isOfDeployment(answer)
            ? "The API server refuses what spec.workload asks for: "
            : "The API server refuses what was made of the spec: ")
        + words;
  }

  private static boolean isOfDeployment(KubernetesClientException answer) {
    var status = answer.getStatus();
    return status != null
        && status.getDetails() != null
        && "Deployment".equals(status.getDetails().getKind());
  }
}
