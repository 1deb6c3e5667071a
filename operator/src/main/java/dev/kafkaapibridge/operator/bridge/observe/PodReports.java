package dev.kafkaapibridge.operator.bridge.observe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks pods for their {@code /status}, many at once, each on a virtual thread. What answers is the
 * tenant's: an answer has two seconds from connect to last byte and 1 MiB, no redirect is followed,
 * no proxy used, and one namespace may keep sixteen questions open, so that pods that hang slow
 * down their own namespace only. Safe for all threads.
 */
public final class PodReports implements AutoCloseable {

  /** What came of asking a pod. */
  public sealed interface Answer {
    record Reported(PodReport report) implements Answer {}

    /** {@code why} completes "Pod 'x': ...". */
    record Silent(String why) implements Answer {}
  }

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** For all pods of a bridge together. */
  private static final Duration PATIENCE_WITH_ALL = Duration.ofSeconds(8);

  private static final long MAX_BYTES = 1024 * 1024;
  private static final int OPEN_PER_NAMESPACE = 16;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(PATIENCE)
          .executor(threads)
          .build();

  /** The questions that a namespace may keep open, there while somebody asks its pods. */
  private record Share(Semaphore permits, int askers) {}

  private final Map<String, Share> shares = new ConcurrentHashMap<>();
  private final int port;

  /** {@code port} is where pods answer. */
  public PodReports(int port) {
    this.port = port;
  }

  /** One answer for each pod that has an address, by its uid; back within ten seconds. */
  public Map<String, Answer> ask(String namespace, List<PodState> pods) {
    Semaphore permits = enter(namespace);
    try {
      return ask(pods, permits);
    } finally {
      shares.computeIfPresent(
          namespace,
          (n, share) ->
              share.askers() == 1 ? null : new Share(share.permits(), share.askers() - 1));
    }
  }

  private Semaphore enter(String namespace) {
    return shares
        .compute(
            namespace,
            (n, share) ->
                share == null
                    ? new Share(new Semaphore(OPEN_PER_NAMESPACE), 1)
                    : new Share(share.permits(), share.askers() + 1))
        .permits();
  }

  /** Namespaces whose pods are being asked. */
  int namespacesAsked() {
    return shares.size();
  }

  private Map<String, Answer> ask(List<PodState> pods, Semaphore permits) {
    long deadline = System.nanoTime() + PATIENCE_WITH_ALL.toNanos();
    var asked = new LinkedHashMap<String, Future<Answer>>();
    for (PodState pod : pods) {
      String address = pod.address();
      if (address != null) {
        asked.put(pod.uid(), threads.submit(() -> inTurn(address, permits, deadline)));
      }
    }
    var answers = new LinkedHashMap<String, Answer>();
    asked.forEach((uid, answer) -> answers.put(uid, outcome(answer)));
    return answers;
  }

  private static Answer outcome(Future<Answer> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Silent("the operator is stopping");
    } catch (ExecutionException e) {
      return new Answer.Silent("asking it failed: " + e.getCause());
    }
  }

  private Answer inTurn(String address, Semaphore permits, long deadline)
      throws InterruptedException {
    if (!permits.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return new Answer.Silent("there was no time to ask it, other pods of the namespace hang");
    }
    try {
      return ask(address);
    } finally {
      permits.release();
    }
  }

  private Answer ask(String address) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer = null;
    try {
      var request = HttpRequest.newBuilder(uri(address)).timeout(PATIENCE).GET().build();
      answer =
          http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
      // The request's own timeout ends with the headers; a body may trickle for ever.
      HttpResponse<byte[]> response = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return response.statusCode() == 200
          ? new Answer.Reported(ReportReader.read(response.body()))
          : new Answer.Silent("it answers HTTP " + response.statusCode());
    } catch (TimeoutException e) {
      return new Answer.Silent("it does not answer within " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      return new Answer.Silent(cause(e));
    } catch (ReportReader.Unreadable | UnknownHostException e) {
      return new Answer.Silent(String.valueOf(e.getMessage()));
    } finally {
      if (answer != null) {
        answer.cancel(true);
      }
    }
  }

  private static String cause(ExecutionException e) {
    return switch (e.getCause()) {
      case HttpTimeoutException ignored ->
          "it does not answer within " + PATIENCE.toSeconds() + " s";
      case ConnectException ignored -> "the connection is refused";
      case IOException io when String.valueOf(io.getMessage()).contains("capacity") ->
          "its report is larger than 1 MiB";
      case null, default -> "the connection breaks";
    };
  }

  private URI uri(String address) throws UnknownHostException {
    try {
      String host =
          InetAddress.ofLiteral(address) instanceof Inet6Address ? "[" + address + "]" : address;
      return URI.create("http://" + host + ":" + port + "/status");
    } catch (IllegalArgumentException e) {
      throw new UnknownHostException("its address is no IP");
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
  }
}
