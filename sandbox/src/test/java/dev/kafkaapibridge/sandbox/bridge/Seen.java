package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a running bridge shows to who looks at it, by where it is seen: its log from its first line,
 * its endpoints, how it was started and in what surroundings.
 */
record Seen(Map<String, String> text) {

  static Seen by(RunningBridge bridge) throws IOException {
    var text = new LinkedHashMap<String, String>();
    text.put("log", Files.readString(Path.of(bridge.file() + ".log")));
    text.put("file", Files.readString(bridge.file()));
    for (String path : List.of("/status", "/metrics", "/healthz", "/readyz")) {
      text.put(path, bridge.get(path));
    }
    Path process = Path.of("/proc/" + bridge.pid());
    if (Files.exists(process)) {
      text.put("arguments", Files.readString(process.resolve("cmdline")));
      text.put("environment", Files.readString(process.resolve("environ")));
    }
    return new Seen(text);
  }

  void hasNone(String... secrets) {
    text.forEach((where, what) -> assertThat(what).as(where).doesNotContain(secrets));
  }
}
