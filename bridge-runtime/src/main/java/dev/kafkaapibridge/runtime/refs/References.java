package dev.kafkaapibridge.runtime.refs;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets and ConfigMaps that the bridge names, as files {@code DIR/secret/NAME/KEY} and {@code
 * DIR/configmap/NAME/KEY}, which is how a pod mounts them. Read when used, and then not for a
 * second; content that went missing or is broken leaves the last good one in use. Content that
 * changed is taken up, and the report says when. Safe for all threads.
 */
public final class References {

  /** What a reference is to hold. */
  private enum Holds {
    Text,
    Certificates,
    Bytes
  }

  private record Reference(String kind, String name, String key, String field, Holds holds) {}

  /**
   * @param text null: there was none yet
   */
  private record Content(@Nullable String text, long readAt) {}

  /**
   * @param text that the certificates were read from, or that has none in it
   */
  private record Certificates(String text, long readAt, @Nullable List<X509Certificate> lastGood) {}

  /**
   * @param lastGood null: there were none yet
   */
  private record Bytes(byte @Nullable [] lastGood, long readAt) {}

  private static final long FRESH_NANOS = 1_000_000_000L;

  private final Path directory;
  private final List<Reference> references;
  private final LongSupplier nanoTime;
  private final Map<Path, Content> contents = new ConcurrentHashMap<>();
  private final Map<Path, Certificates> certificates = new ConcurrentHashMap<>();
  private final Map<Path, Bytes> bytes = new ConcurrentHashMap<>();

  /** When other content than the first was taken up last. */
  private final Map<Path, Instant> takenUpAt = new ConcurrentHashMap<>();

  private final Clock clock;

  public References(Path directory, KafkaApiBridgeSpec spec) {
    this(directory, spec, System::nanoTime, Clock.systemUTC());
  }

  References(Path directory, KafkaApiBridgeSpec spec, LongSupplier nanoTime, Clock clock) {
    this.directory = directory;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.references = namedBy(spec);
  }

  private static List<Reference> namedBy(KafkaApiBridgeSpec spec) {
    var named = new ArrayList<Reference>();
    HttpSpec http = spec.target().http();
    if (http != null) {
      headers(http.headers(), "spec.target.http.headers", named);
      authorities(http.tls(), "spec.target.http.tls.caRefs", named);
    }
    GrpcSpec grpc = spec.target().grpc();
    if (grpc != null) {
      headers(grpc.metadata(), "spec.target.grpc.metadata", named);
      authorities(grpc.tls(), "spec.target.grpc.tls.caRefs", named);
      KeyRef ref = grpc.descriptorConfigMapKeyRef();
      if (ref != null) {
        named.add(
            new Reference(
                "ConfigMap",
                ref.name(),
                ref.key(),
                "spec.target.grpc.descriptorConfigMapKeyRef",
                Holds.Bytes));
      }
    }
    return named;
  }

  private static void headers(List<HeaderSpec> headers, String list, List<Reference> named) {
    for (int i = 0; i < headers.size(); i++) {
      KeyRef ref = headers.get(i).secretKeyRef();
      if (ref != null) {
        named.add(
            new Reference(
                "Secret", ref.name(), ref.key(), list + "[" + i + "].secretKeyRef", Holds.Text));
      }
    }
  }

  private static void authorities(@Nullable TlsSpec tls, String list, List<Reference> named) {
    for (int i = 0; tls != null && i < tls.caRefs().size(); i++) {
      CaRef ref = tls.caRefs().get(i);
      named.add(
          new Reference(
              ref.kind().name(), ref.name(), ref.key(), list + "[" + i + "]", Holds.Certificates));
    }
  }

  /**
   * The text of a Secret's key without the line end that editors add, or null while there was none
   * yet.
   */
  public @Nullable String secret(KeyRef ref) {
    return secret(file("Secret", ref.name(), ref.key()));
  }

  private @Nullable String secret(Path file) {
    Content known = contents.get(file);
    long now = nanoTime.getAsLong();
    if (known != null && now - known.readAt() < FRESH_NANOS) {
      return known.text();
    }
    String text = known == null ? null : known.text();
    try {
      String read = Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
      if (!read.isEmpty() && !read.equals(text)) {
        noteChange(file, text);
        text = read;
      }
    } catch (IOException e) {
      // Missing, or half-written: the last good content stays in use, and the report says what is
      // missing.
    }
    contents.put(file, new Content(text, now));
    return text;
  }

  /**
   * The certificates of a PEM file, or null while there were none yet. The same list as before
   * while the file is the same.
   */
  public @Nullable List<X509Certificate> authorities(CaRef ref) {
    return authorities(file(ref.kind().name(), ref.name(), ref.key()));
  }

  private @Nullable List<X509Certificate> authorities(Path file) {
    Certificates known = certificates.get(file);
    long now = nanoTime.getAsLong();
    if (known != null && now - known.readAt() < FRESH_NANOS) {
      return known.lastGood();
    }
    List<X509Certificate> lastGood = known == null ? null : known.lastGood();
    String text = known == null ? "" : known.text();
    try {
      String read = Files.readString(file, StandardCharsets.UTF_8);
      if (!read.equals(text)) {
        List<X509Certificate> found = PemCertificates.in(read);
        if (!found.isEmpty()) {
          noteChange(file, lastGood);
          lastGood = found;
        }
        text = read;
      }
    } catch (IOException e) {
      // As with secrets.
    }
    // One reading wins, so that all lanes see the same list.
    return certificates
        .merge(
            file,
            new Certificates(text, now, lastGood),
            (other, ours) -> other == known ? ours : other)
        .lastGood();
  }

  /**
   * What a ConfigMap's key holds, or null while there was none yet; nothing at all counts as none.
   * The same array as before while it is the same.
   */
  public byte @Nullable [] bytes(KeyRef ref) {
    return bytes(file("ConfigMap", ref.name(), ref.key()));
  }

  private byte @Nullable [] bytes(Path file) {
    Bytes known = bytes.get(file);
    long now = nanoTime.getAsLong();
    if (known != null && now - known.readAt() < FRESH_NANOS) {
      return known.lastGood();
    }
    byte[] lastGood = known == null ? null : known.lastGood();
    try {
      byte[] read = Files.readAllBytes(file);
      if (read.length > 0 && (lastGood == null || !Arrays.equals(read, lastGood))) {
        noteChange(file, lastGood);
        lastGood = read;
      }
    } catch (IOException e) {
      // As with secrets.
    }
    // One reading wins, so that all lanes see the same array.
    return bytes
        .merge(file, new Bytes(lastGood, now), (other, ours) -> other == known ? ours : other)
        .lastGood();
  }

  /** What was never there before is found, not changed. */
  private void noteChange(Path file, @Nullable Object before) {
    if (before != null) {
      takenUpAt.put(file, clock.instant());
    }
  }

  /** Each reference, whether it is there, and when a change of it was taken up. */
  public List<StatusReport.Reference> report() {
    return references.stream()
        .map(r ->
            new StatusReport.Reference(
                r.kind(), r.name(), r.key(), r.field(), state(r), takenUpAt(r)))
        .toList();
  }

  /** Looks now, so that a change is taken up, and said, also while nothing is sent. */
  private @Nullable String takenUpAt(Reference reference) {
    Path file = file(reference.kind(), reference.name(), reference.key());
    Object read =
        switch (reference.holds()) {
          case Text -> secret(file);
          case Certificates -> authorities(file);
          case Bytes -> bytes(file);
        };
    Instant at = read == null ? null : takenUpAt.get(file);
    return at == null ? null : at.toString();
  }

  /** Whether all are there and hold what they are to hold. */
  public boolean allFound() {
    return references.stream().allMatch(r -> state(r).equals("Found"));
  }

  private String state(Reference reference) {
    Path file = file(reference.kind(), reference.name(), reference.key());
    if (Files.isReadable(file)) {
      return reference.holds() == Holds.Certificates && !holdsCertificates(file)
          ? "Invalid"
          : "Found";
    }
    Path parent = file.getParent();
    return parent != null && Files.isDirectory(parent) ? "KeyNotFound" : "ObjectNotFound";
  }

  private static boolean holdsCertificates(Path file) {
    try {
      return !PemCertificates.in(Files.readString(file, StandardCharsets.UTF_8)).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private Path file(String kind, String name, String key) {
    return directory
        .resolve(kind.equals("Secret") ? "secret" : "configmap")
        .resolve(name)
        .resolve(key);
  }
}
