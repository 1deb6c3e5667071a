package dev.kafkaapibridge.runtime.refs;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets that the bridge names, as files {@code DIR/secret/NAME/KEY}, which is how a pod
 * mounts them. Read when used, and then not for a second; content that went missing leaves the last
 * good one in use. Safe for all threads.
 */
public final class References {

  private record Reference(String kind, KeyRef ref, String field) {}

  private record Content(String text, long readAt) {}

  private static final long FRESH_NANOS = 1_000_000_000L;

  private final Path directory;
  private final List<Reference> references;
  private final Map<Path, Content> contents = new ConcurrentHashMap<>();

  public References(Path directory, KafkaApiBridgeSpec spec) {
    this.directory = directory;
    this.references = namedBy(spec);
  }

  private static List<Reference> namedBy(KafkaApiBridgeSpec spec) {
    var named = new ArrayList<Reference>();
    HttpSpec http = spec.target().http();
    if (http != null) {
      for (int i = 0; i < http.headers().size(); i++) {
        KeyRef ref = http.headers().get(i).secretKeyRef();
        if (ref != null) {
          named.add(
              new Reference("Secret", ref, "spec.target.http.headers[" + i + "].secretKeyRef"));
        }
      }
    }
    return named;
  }

  /**
   * The text of a Secret's key without the line end that editors add, or null while there was none
   * yet.
   */
  public @Nullable String secret(KeyRef ref) {
    Path file = file("Secret", ref);
    Content known = contents.get(file);
    long now = System.nanoTime();
    if (known != null && now - known.readAt() < FRESH_NANOS) {
      return known.text();
    }
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
      if (!text.isEmpty()) {
        contents.put(file, new Content(text, now));
        return text;
      }
    } catch (IOException e) {
      // Missing, or half-written: the last good content stays in use, and the report says what is
      // missing.
    }
    return known == null ? null : known.text();
  }

  /** Each reference, and whether it is there. */
  public List<StatusReport.Reference> report() {
    return references.stream()
        .map(r ->
            new StatusReport.Reference(
                r.kind(), r.ref().name(), r.ref().key(), r.field(), state(r)))
        .toList();
  }

  /** Whether all are there. */
  public boolean allFound() {
    return references.stream().allMatch(r -> state(r).equals("Found"));
  }

  private String state(Reference reference) {
    Path file = file(reference.kind(), reference.ref());
    if (Files.isReadable(file)) {
      return "Found";
    }
    Path parent = file.getParent();
    return parent != null && Files.isDirectory(parent) ? "KeyNotFound" : "ObjectNotFound";
  }

  private Path file(String kind, KeyRef ref) {
    return directory
        .resolve(kind.equals("Secret") ? "secret" : "configmap")
        .resolve(ref.name())
        .resolve(ref.key());
  }
}
