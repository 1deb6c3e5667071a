package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.certificates.Certificates;
import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.derived.BindingKeys;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import dev.kafkaapibridge.runtime.refs.CertificateFiles;
import dev.kafkaapibridge.runtime.refs.References;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS to the brokers by the certificates as they are when a connection is opened: the name is
 * checked always, and what was exchanged is used by the next connection, without a session of
 * before. The client makes one for each way to a broker; they share the {@link Files}.
 */
public final class BrokerTls implements SslEngineFactory {

  static final String FILES = "kafka-api-bridge.tls";

  /**
   * Whom to trust, and who the bridge is. Owns the context made of it last. Safe for all clients.
   */
  static final class Files {

    private record Made(CertificateFiles files, SSLContext context) {}

    private final TlsSpec spec;
    private final @Nullable NameRef certificate;
    private final @Nullable BindingKeys binding;
    private final References refs;
    private @Nullable Made made; // guarded by this

    private Files(
        TlsSpec spec,
        @Nullable NameRef certificate,
        @Nullable BindingKeys binding,
        References refs) {
      this.spec = spec;
      this.certificate = certificate;
      this.binding = binding;
      this.refs = refs;
    }

    /** Null: the spec asks for no TLS. */
    static @Nullable Files of(KafkaSpec kafka, References refs) {
      TlsSpec tls = kafka.tls();
      KafkaAuthenticationSpec authentication = kafka.authentication();
      NameRef binding = kafka.bindingSecretRef();
      return tls == null
          ? null
          : new Files(
              tls,
              authentication == null ? null : authentication.certificateSecretRef(),
              binding == null ? null : new BindingKeys(binding),
              refs);
    }

    Optional<ConnectionSettings.Missing> missing() {
      CertificateFiles.Look look = look();
      return look instanceof CertificateFiles.Look.Whole
          ? Optional.empty()
          : Optional.of(missing(look));
    }

    private ConnectionSettings.Missing missing(CertificateFiles.Look look) {
      return switch (look) {
        case CertificateFiles.Look.WithoutAuthority(var place) ->
            new ConnectionSettings.Missing("TLSFailed", withoutAuthority(place));
        case CertificateFiles.Look.WithoutOwn(var why) ->
            new ConnectionSettings.Missing("AuthenticationFailed", withoutIdentity(why));
        case CertificateFiles.Look.Whole ignored ->
            throw new IllegalArgumentException("nothing is missing");
      };
    }

    private String withoutAuthority(int place) {
      CaRef ref = spec.caRefs().get(place);
      return "%s has no certificates (%s). Put a PEM file there; the bridge then connects."
          .formatted(
              Reference.what(ref.kind().name(), ref.name(), ref.key()),
              binding == null ? "spec.kafka.tls.caRefs[%d]".formatted(place) : BindingKeys.FIELD);
    }

    private String withoutIdentity(String why) {
      String where =
          binding == null
              ? "spec.kafka.authentication.certificateSecretRef, keys 'tls.crt' and 'tls.key', or 'user.crt' and 'user.key'"
              : BindingKeys.FIELD + ", keys 'ssl.keystore.crt' and 'ssl.keystore.key'";
      return "Secret '%s' (%s) %s; the bridge then connects."
          .formatted(certificate == null ? "" : certificate.name(), where, why);
    }

    private synchronized SSLContext context() throws GeneralSecurityException, IOException {
      CertificateFiles files =
          switch (look()) {
            case CertificateFiles.Look.Whole(var all) -> all;
            case CertificateFiles.Look other -> throw new KafkaException(missing(other).message());
          };
      Made known = made;
      if (known == null || !files.areAsIn(known.files())) {
        var context = SSLContext.getInstance("TLS");
        context.init(
            Certificates.showing(files.own()),
            new TrustManager[] {Certificates.trusting(files.trusted())},
            null);
        known = new Made(files, context);
        made = known;
      }
      return known.context();
    }

    private CertificateFiles.Look look() {
      return CertificateFiles.look(spec.caRefs(), refs::authorities, certificate, this::identity);
    }

    private Identity identity(NameRef secret) {
      return binding == null
          ? refs.identity(secret)
          : refs.identity(binding.certificate(), binding.privateKey());
    }

    @Override
    public String toString() {
      return "TLS"; // settings get printed
    }
  }

  private @Nullable Files files;

  @Override
  public void configure(Map<String, ?> configs) {
    files = (Files) configs.get(FILES);
  }

  @Override
  public SSLEngine createClientSslEngine(
      String peerHost, int peerPort, @Nullable String endpointIdentification) {
    Files read = Objects.requireNonNull(files);
    String serverName = read.spec.serverName();
    try {
      SSLEngine engine =
          read.context().createSSLEngine(serverName == null ? peerHost : serverName, peerPort);
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(
          read.spec.minVersion() == TlsSpec.MinVersion.TLS13
              ? new String[] {"TLSv1.3"}
              : new String[] {"TLSv1.3", "TLSv1.2"});
      engine.setSSLParameters(parameters);
      return engine;
    } catch (GeneralSecurityException | IOException e) {
      throw new KafkaException("certificates that were read can't be used", e);
    }
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    throw new UnsupportedOperationException("of a client");
  }

  @Override
  public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
    return false;
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return Set.of();
  }

  @Override
  public @Nullable KeyStore keystore() {
    return null;
  }

  @Override
  public @Nullable KeyStore truststore() {
    return null;
  }

  @Override
  public void close() {}
}
