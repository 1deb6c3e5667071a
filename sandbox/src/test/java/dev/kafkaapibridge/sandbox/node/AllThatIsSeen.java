package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whatever the system has written or shows of a namespace's bridge, by where it is: objects but
 * Secrets, what kubectl describes, logs, endpoints of pods, arguments and surroundings of every
 * process in a pod.
 */
record AllThatIsSeen(Map<String, String> text) {

  static AllThatIsSeen of(BridgeOnNode bridge, Installed on) throws IOException {
    var text = new LinkedHashMap<String, String>();
    for (String kind :
        List.of(
            "kab,kabr", "all", "configmaps", "events.events.k8s.io", "serviceaccounts,leases")) {
      text.put(kind, on.kubectl("get", kind, "--all-namespaces", "-o", "yaml"));
    }
    text.put("describe", bridge.kubectl("describe", "kab,pods,deployments,configmaps"));
    text.put("operator's log", logs(on, "kafka-api-bridge", "deployment"));
    for (String line : bridge.pods()) {
      String pod = line.split(" ")[0];
      text.put("log of " + pod, bridge.kubectl("logs", pod, "--all-containers"));
      for (String path : List.of("status", "metrics", "healthz", "readyz")) {
        text.put(
            path + " of " + pod,
            on.kubectl(
                "get",
                "--raw",
                "/api/v1/namespaces/%s/pods/%s:8080/proxy/%s"
                    .formatted(bridge.namespace(), pod, path)));
      }
    }
    inPods(text);
    return new AllThatIsSeen(text);
  }

  private static String logs(Installed on, String namespace, String kind) {
    String name =
        on.kubectl("-n", namespace, "get", kind, "-o", "name").lines().findFirst().orElseThrow();
    return on.kubectl("-n", namespace, "logs", name, "--all-containers", "--tail=-1");
  }

  private static void inPods(Map<String, String> text) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .filter(process -> read(process.resolve("cgroup")).contains("kubepods"))
          .forEach(process -> {
            text.put("arguments of " + process, read(process.resolve("cmdline")));
            text.put("environment of " + process, read(process.resolve("environ")));
          });
    }
  }

  /** Nothing of a process that has just ended. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException | UncheckedIOException gone) {
      return "";
    }
  }

  /**
   * Of the processes that bridges run as.
   *
   * @param what arguments or environment
   */
  List<String> ofBridges(String what) {
    return text.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("arguments of "))
        .filter(entry -> entry.getValue().contains("dev.kafkaapibridge.runtime.Main"))
        .map(entry -> text.getOrDefault(entry.getKey().replaceFirst("arguments", what), ""))
        .toList();
  }

  void hasNone(String... secrets) {
    text.forEach((where, what) -> assertThat(what).as(where).doesNotContain(secrets));
  }
}
