package dev.kafkaapibridge.operator.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Base64;
import java.util.function.Function;

/**
 * A mutating webhook of somebody else's, asked by the API server about each Deployment that is made
 * or changed in one namespace: a service mesh that adds its container, or a policy that rewrites
 * where images come from.
 */
public final class InjectingWebhook implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String SIDECAR =
      """
      [{"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "proxy", "image": "proxy:1"}},
       {"op": "add", "path": "/spec/template/metadata/annotations/mesh~1injected", "value": "yes"}]
      """;

  private static final String IMAGE =
      """
      [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "mirror.example.com/%s"}]
      """;

  private final HttpsStub server;

  /**
   * @param patch of a Deployment; empty: none
   */
  private InjectingWebhook(Function<JsonNode, String> patch) throws IOException {
    server =
        new HttpsStub(
            InetAddress.ofLiteral("127.0.0.1"), (uri, body) -> answer(JSON.readTree(body), patch));
  }

  /** Adds a container and an annotation where they are missing. */
  public static InjectingWebhook thatAddsAContainer() throws IOException {
    return new InjectingWebhook(deployment ->
        deployment.at("/spec/template/spec/containers/1/name").asText().equals("proxy")
            ? ""
            : SIDECAR);
  }

  /** Has all images come from a registry of its own. */
  public static InjectingWebhook thatMirrorsImages() throws IOException {
    return new InjectingWebhook(deployment -> {
      String image = deployment.at("/spec/template/spec/containers/0/image").asText();
      return image.startsWith("mirror.example.com/") ? "" : IMAGE.formatted(image);
    });
  }

  /** To be applied. */
  public String configuration(String name, String namespace) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: %1$s}
    webhooks:
    - name: %1$s.example.com
      clientConfig: {url: "https://127.0.0.1:%2$d/", caBundle: %3$s}
      rules: [{apiGroups: [apps], apiVersions: [v1], resources: [deployments], operations: [CREATE, UPDATE]}]
      namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %4$s}}
      admissionReviewVersions: [v1]
      sideEffects: None
      failurePolicy: Fail
      reinvocationPolicy: IfNeeded
    """
        .formatted(name, server.port(), server.authority(), namespace);
  }

  private static String answer(JsonNode review, Function<JsonNode, String> patch)
      throws IOException {
    String changes = patch.apply(review.at("/request/object"));
    var response = JSON.createObjectNode();
    response.put("uid", review.at("/request/uid").asText()).put("allowed", true);
    if (!changes.isEmpty()) {
      response
          .put("patchType", "JSONPatch")
          .put("patch", Base64.getEncoder().encodeToString(changes.getBytes(UTF_8)));
    }
    var answer = JSON.createObjectNode();
    answer.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    answer.set("response", response);
    return JSON.writeValueAsString(answer);
  }

  @Override
  public void close() {
    server.close();
  }
}
