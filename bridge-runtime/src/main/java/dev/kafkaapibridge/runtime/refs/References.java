package dev.kafkaapibridge.runtime.refs;

import dev.kafkaapibridge.api.certificates.ClientCertificate;
import dev.kafkaapibridge.api.certificates.PemCertificates;
import dev.kafkaapibridge.api.certificates.PemPrivateKey;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets and ConfigMaps that the bridge names, as files {@code DIR/secret/NAME/KEY} and {@code
 * DIR/configmap/NAME/KEY}, which is how a pod mounts them. What changes is taken up ({@link
 * KeptFile}), and the report says when. Safe for all threads.
 */
public final class References implements Secrets {

  private final Path directory;
  private final List<Reference> references;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final Map<String, KeptFile<String>> texts = new ConcurrentHashMap<>();
  private final Map<String, KeptFile<List<X509Certificate>>> certificates =
      new ConcurrentHashMap<>();
  private final Map<String, KeptFile<PrivateKey>> keys = new ConcurrentHashMap<>();
  private final Map<String, ClientCertificate> shown = new ConcurrentHashMap<>();
  private final Map<String, KeptFile<ByteBuffer>> bytes = new ConcurrentHashMap<>();

  public References(Path directory, KafkaApiBridgeSpec spec) {
    this(directory, spec, System::nanoTime, Clock.systemUTC());
  }

  References(Path directory, KafkaApiBridgeSpec spec, LongSupplier nanoTime, Clock clock) {
    this.directory = directory;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.references = Reference.namedBy(spec);
  }

  /**
   * The text of a Secret's key without the line end that editors add, or null while there was none
   * yet.
   */
  @Override
  public @Nullable String secret(KeyRef ref) {
    return text(Reference.path("Secret", ref.name(), ref.key())).content();
  }

  @Override
  public @Nullable String serviceAccountToken() {
    return text(Reference.SERVICE_ACCOUNT_TOKEN).content();
  }

  /**
   * The certificates of a PEM file, or null while there were none yet. The same list as before
   * while the file is the same.
   */
  @Override
  public @Nullable List<X509Certificate> authorities(CaRef ref) {
    return certificates(Reference.path(ref.kind().name(), ref.name(), ref.key())).content();
  }

  /**
   * What a ConfigMap's key holds, or null while there was none yet; nothing at all counts as none.
   * The same array as before while it is the same.
   */
  public byte @Nullable [] bytes(KeyRef ref) {
    ByteBuffer content = bytes(Reference.path("ConfigMap", ref.name(), ref.key())).content();
    return content == null ? null : content.array();
  }

  /**
   * The client certificate of a Secret with its key, or null while there was none yet. The same as
   * before while the files are, and while they don't fit each other.
   */
  public @Nullable ClientCertificate clientCertificate(NameRef ref) {
    return shown.compute(
        ref.name(),
        (name, before) -> {
          List<X509Certificate> chain =
              certificates(path(Reference.certificateOf(ref, ""))).content();
          PrivateKey key = privateKey(path(Reference.keyOf(ref, ""))).content();
          if (chain == null
              || key == null
              || before != null && before.chain() == chain && before.key() == key) {
            return before;
          }
          var read = new ClientCertificate(chain, key);
          return read.fits() ? read : before;
        });
  }

  /** Where it is: one of two names may be used. */
  private String path(Reference reference) {
    String other = reference.otherPath();
    return other != null
            && !Files.exists(directory.resolve(reference.path()))
            && Files.exists(directory.resolve(other))
        ? other
        : reference.path();
  }

  /** Each reference, whether it is there, and when a change of it was taken up. */
  public List<StatusReport.Reference> report() {
    return references.stream()
        .map(r ->
            new StatusReport.Reference(
                r.kind(), r.name(), r.key(), r.field(), state(r), takenUpAt(r), text(expiry(r))))
        .toList();
  }

  /** Whether all are there and hold what they are to hold. */
  public boolean allFound() {
    return references.stream().allMatch(r -> state(r).equals("Found"));
  }

  /** Looks now, so that a change is taken up, and said, also while nothing is sent. */
  private @Nullable String takenUpAt(Reference reference) {
    return text(file(reference).takenUpAt());
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }

  /** Those that hold certificates. */
  public List<Reference> ofCertificates() {
    return references.stream()
        .filter(r ->
            r.holds() == Reference.Holds.Certificates
                || r.holds() == Reference.Holds.CertificateChain)
        .toList();
  }

  /**
   * When the content in use has ended: a chain with its first certificate, authorities with their
   * last, since one of several may be on its way out. Null: it has no certificates.
   */
  public @Nullable Instant expiry(Reference reference) {
    if (reference.holds() != Reference.Holds.Certificates
        && reference.holds() != Reference.Holds.CertificateChain) {
      return null;
    }
    List<X509Certificate> content = certificates(path(reference)).content();
    if (content == null) {
      return null;
    }
    var ends = content.stream().map(certificate -> certificate.getNotAfter().toInstant());
    return (reference.holds() == Reference.Holds.CertificateChain
            ? ends.min(Comparator.naturalOrder())
            : ends.max(Comparator.naturalOrder()))
        .orElse(null);
  }

  private String state(Reference reference) {
    Path path = directory.resolve(path(reference));
    if (Files.isReadable(path)) {
      return reference.holds().isChecked() && !file(reference).isGood() ? "Invalid" : "Found";
    }
    Path parent = path.getParent();
    return parent != null && Files.isDirectory(parent) ? "KeyNotFound" : "ObjectNotFound";
  }

  private KeptFile<?> file(Reference reference) {
    return switch (reference.holds()) {
      case Text -> text(path(reference));
      case Certificates, CertificateChain -> certificates(path(reference));
      case PrivateKey -> privateKey(path(reference));
      case Bytes -> bytes(path(reference));
    };
  }

  private KeptFile<String> text(String path) {
    return texts.computeIfAbsent(
        path,
        named ->
            file(
                named,
                read ->
                    Optional.of(new String(read, StandardCharsets.UTF_8).stripTrailing())
                        .filter(text -> !text.isEmpty())));
  }

  private KeptFile<List<X509Certificate>> certificates(String path) {
    return certificates.computeIfAbsent(
        path,
        named ->
            file(
                named,
                read ->
                    Optional.of(PemCertificates.in(new String(read, StandardCharsets.UTF_8)))
                        .filter(found -> !found.isEmpty())));
  }

  private KeptFile<PrivateKey> privateKey(String path) {
    return keys.computeIfAbsent(
        path,
        named ->
            file(named, read -> PemPrivateKey.in(new String(read, StandardCharsets.US_ASCII))));
  }

  private KeptFile<ByteBuffer> bytes(String path) {
    return bytes.computeIfAbsent(
        path,
        named ->
            file(named, read -> Optional.of(ByteBuffer.wrap(read)).filter(b -> b.hasRemaining())));
  }

  private <T> KeptFile<T> file(String path, Function<byte[], Optional<T>> meaning) {
    return new KeptFile<>(directory.resolve(path), meaning, nanoTime, clock);
  }
}
