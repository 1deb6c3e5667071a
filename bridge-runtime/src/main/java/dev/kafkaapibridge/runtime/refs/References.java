package dev.kafkaapibridge.runtime.refs;

import dev.kafkaapibridge.api.certificates.ClientCertificate;
import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.certificates.PemCertificates;
import dev.kafkaapibridge.api.certificates.PemPrivateKey;
import dev.kafkaapibridge.api.derived.Binding;
import dev.kafkaapibridge.api.derived.BindingKeys;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.derived.SecretText;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets and ConfigMaps that the bridge names, as files {@code DIR/secret/NAME/KEY} and {@code
 * DIR/configmap/NAME/KEY}, which is how a pod mounts them. What changes is taken up ({@link
 * KeptFile}), and the report says when. Safe for all threads.
 */
public final class References implements Secrets {

  private final Path directory;
  private final List<Reference> references;
  private final KafkaSpec kafka;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final Map<String, KeptFile<String>> texts = new ConcurrentHashMap<>();
  private final Map<String, KeptFile<List<X509Certificate>>> certificates =
      new ConcurrentHashMap<>();
  private final Map<String, KeptFile<PrivateKey>> keys = new ConcurrentHashMap<>();
  private final Map<Reference, ClientCertificate> shown = new ConcurrentHashMap<>();
  private final Map<String, KeptFile<ByteBuffer>> bytes = new ConcurrentHashMap<>();

  public References(Path directory, KafkaApiBridgeSpec spec) {
    this(directory, spec, System::nanoTime, Clock.systemUTC());
  }

  References(Path directory, KafkaApiBridgeSpec spec, LongSupplier nanoTime, Clock clock) {
    this.directory = directory;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.references = Reference.namedBy(spec);
    this.kafka = spec.kafka();
  }

  /**
   * The text of a Secret's key without the line end that editors add, or null while there was none
   * yet.
   */
  @Override
  public @Nullable String secret(KeyRef ref) {
    return text(Reference.path("Secret", ref.name(), ref.key())).content();
  }

  /**
   * What a Secret's key holds, without the line end that editors add, or null while there was
   * nothing yet.
   */
  public @Nullable String text(Reference reference) {
    return text(path(reference)).content();
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
   * The client certificate of a Secret with its key, or why there was none yet. The same as before
   * while the files are, and while they don't fit each other.
   */
  public Identity identity(NameRef ref) {
    return identity(Reference.certificateOf(ref, ""), Reference.keyOf(ref, ""));
  }

  /** As above, of keys with other names. */
  public Identity identity(Reference certificate, Reference privateKey) {
    ClientCertificate known = clientCertificate(certificate, privateKey);
    return known == null
        ? Identity.of(text(certificate), text(privateKey))
        : new Identity.Shown(known);
  }

  private @Nullable ClientCertificate clientCertificate(
      Reference certificate, Reference privateKey) {
    return shown.compute(
        certificate,
        (named, before) -> {
          List<X509Certificate> chain = certificates(path(certificate)).content();
          PrivateKey key = privateKey(path(privateKey)).content();
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
    Optional<Binding> binding = binding();
    return needed(binding)
        .map(r ->
            new StatusReport.Reference(
                r.kind(),
                r.name(),
                r.key(),
                r.field(),
                state(r, binding),
                takenUpAt(r),
                text(expiry(r))))
        .toList();
  }

  /** Where the spec names a binding: what it says now, as far as it was ever good. */
  private Optional<Binding> binding() {
    return Optional.ofNullable(kafka.bindingSecretRef())
        .map(secret -> Binding.of(kafka, secret, this::text));
  }

  /** Most bindings have some of a binding's keys only. */
  private Stream<Reference> needed(Optional<Binding> binding) {
    NameRef secret = kafka.bindingSecretRef();
    List<Reference> ofBinding =
        secret == null ? List.of() : binding.orElseThrow().needed(new BindingKeys(secret));
    return references.stream()
        .filter(r -> !r.field().equals(BindingKeys.FIELD) || ofBinding.contains(r));
  }

  /** Whether all are there and hold what they are to hold. */
  public boolean allFound() {
    Optional<Binding> binding = binding();
    return needed(binding).allMatch(r -> state(r, binding).equals("Found"));
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

  private String state(Reference reference, Optional<Binding> binding) {
    Path path = directory.resolve(path(reference));
    if (Files.isReadable(path)) {
      boolean isOfBinding = reference.field().equals(BindingKeys.FIELD);
      boolean isChecked = reference.holds().isChecked() || isOfBinding;
      return isChecked && !file(reference).isGood() || isOfBinding && isUnusable(reference, binding)
          ? "Invalid"
          : "Found";
    }
    Path parent = path.getParent();
    return parent != null && Files.isDirectory(parent) ? "KeyNotFound" : "ObjectNotFound";
  }

  private static boolean isUnusable(Reference reference, Optional<Binding> binding) {
    return binding.orElse(null) instanceof Binding.Unusable no && no.key().equals(reference);
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
    return texts.computeIfAbsent(path, named -> file(named, SecretText::of));
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
