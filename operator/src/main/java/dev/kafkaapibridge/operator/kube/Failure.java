package dev.kafkaapibridge.operator.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What went wrong, in the API server's words where it has some. Pure. */
public final class Failure {

  private Failure() {}

  /** The API server's answer, where that is what the failure is about. */
  public static @Nullable KubernetesClientException answer(Throwable failure) {
    Deque<Throwable> open = new ArrayDeque<>();
    open.add(failure);
    // Bounded: an exception may be its own distant cause.
    for (int i = 0; i < 50 && !open.isEmpty(); i++) {
      Throwable next = open.poll();
      if (next instanceof KubernetesClientException answer) {
        return answer;
      }
      if (next instanceof AggregatedOperatorException several) {
        open.addAll(several.getAggregatedExceptions().values());
      }
      if (next.getCause() != null) {
        open.add(next.getCause());
      }
    }
    return null;
  }

  /**
   * Whether the API server says that this very object is gone, or its namespace. Any other 404 is
   * of something else that should be there, such as an API that is not served.
   */
  public static boolean saysGone(
      Throwable failure, String resource, String namespace, String name) {
    KubernetesClientException answer = answer(failure);
    if (answer == null
        || answer.getCode() != 404
        || answer.getStatus() == null
        || answer.getStatus().getDetails() == null) {
      return false;
    }
    var details = answer.getStatus().getDetails();
    return (resource.equals(details.getKind()) && name.equals(details.getName()))
        || ("namespaces".equals(details.getKind()) && namespace.equals(details.getName()));
  }

  /** The API server's own words, or why it could not be asked. */
  public static String words(KubernetesClientException answer) {
    var status = answer.getStatus();
    if (status != null && status.getMessage() != null) {
      return CleanText.of(status.getMessage(), 1000);
    }
    Throwable root = answer;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return CleanText.of(why, 1000);
  }

  /** One line for a condition. */
  public static String of(Throwable failure) {
    KubernetesClientException answer = answer(failure);
    return answer != null
        ? (answer.getStatus() == null
                ? "The API server cannot be asked: "
                : "The API server answered: ")
            + words(answer)
            + ". It is tried again"
        : CleanText.of(
            "An error in the operator, see its log: " + failure + ". It is tried again", 1000);
  }
}
