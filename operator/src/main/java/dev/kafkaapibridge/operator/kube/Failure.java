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

  public static String words(KubernetesClientException answer) {
    var status = answer.getStatus();
    String words =
        status == null || status.getMessage() == null
            ? String.valueOf(answer.getMessage())
            : status.getMessage();
    return CleanText.of(words, 1000);
  }

  /** One line for a condition. */
  public static String of(Throwable failure) {
    KubernetesClientException answer = answer(failure);
    return answer != null
        ? "The API server answered: " + words(answer) + ". It is tried again"
        : CleanText.of(
            "An error in the operator, see its log: " + failure + ". It is tried again", 1000);
  }
}
