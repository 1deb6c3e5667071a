package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the API server and what stands before it say when they refuse, and when they can't decide.
 */
class RefusalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pods \"a-1\" is forbidden: exceeded quota: small, requested: pods=1 | QuotaExceeded",
        "pods \"a-1\" is forbidden: violates PodSecurity \"restricted:latest\": hostPath |"
            + " Forbidden",
        "pods \"a-1\" is forbidden: no PriorityClass with name high was found | Forbidden",
        "admission webhook \"validate.kyverno.svc\" denied the request: policy x | Forbidden",
        "deployments.apps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied"
            + " request: no | Forbidden",
        "Deployment.apps \"a\" is invalid: spec.template.spec.tolerations[0].operator: Unsupported"
            + " value | InvalidSpec",
        "Internal error occurred: failed calling webhook \"i\": context deadline exceeded | -",
        "pods \"a-1\" is forbidden: unable to create new content in namespace x because it is being"
            + " terminated | -",
        "etcdserver: request timed out | -",
        "Operation cannot be fulfilled on deployments.apps \"a\": the object has been modified | -",
      })
  void isToldFromAnAccident(String words, String reason) {
    assertThat(Refusal.reason(words).orElse("-")).isEqualTo(reason);
  }
}
