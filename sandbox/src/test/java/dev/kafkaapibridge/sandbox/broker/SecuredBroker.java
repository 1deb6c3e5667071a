package dev.kafkaapibridge.sandbox.broker;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.config.ConfigResource;

/**
 * A real broker that wants to know who comes: user names and passwords over TLS at {@code
 * localhost} or where pods reach it, client certificates at {@code 127.0.0.2}. It asks anew every
 * three seconds. Owns the broker and the authorities.
 */
public final class SecuredBroker implements AutoCloseable {

  /** With SCRAM; with PLAIN it is {@code plain}. */
  public static final String USER = "orders";

  public static final String PASSWORD = "canary-5f1e-first";

  /** Whose certificates the broker has. */
  public final HeldCertificate authority = authority("the authority");

  private final HeldCertificate clients = authority("the clients' authority");
  private final String usersHost;
  private final EmbeddedBroker broker;

  private SecuredBroker(Path directory, String usersHost, Map<String, String> overrides)
      throws Exception {
    this.usersHost = usersHost;
    broker = EmbeddedBroker.start(directory, List.of(usersHost, "127.0.0.2"), settings(overrides));
    password(ScramMechanism.SCRAM_SHA_512, PASSWORD);
    password(ScramMechanism.SCRAM_SHA_256, PASSWORD);
  }

  /**
   * @param overrides of {@code server.properties}, besides those of TLS and SASL
   */
  public static SecuredBroker start(Path directory, Map<String, String> overrides)
      throws Exception {
    return new SecuredBroker(directory, "localhost", overrides);
  }

  /**
   * @param usersHost where pods reach it by a user's name, instead of {@code localhost}
   */
  public static SecuredBroker startForPods(Path directory, String usersHost) throws Exception {
    return new SecuredBroker(directory, usersHost, Map.of());
  }

  private Map<String, String> settings(Map<String, String> overrides) {
    HeldCertificate server = server(authority, usersHost);
    var settings = new HashMap<String, String>();
    settings.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,CLIENTS0:PLAINTEXT,CLIENTS1:SASL_SSL,CLIENTS2:SSL");
    String names = "listener.name.clients1.";
    settings.put(names + "sasl.enabled.mechanisms", "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN");
    for (String mechanism : List.of("scram-sha-512", "scram-sha-256")) {
      settings.put(
          names + mechanism + ".sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }
    settings.put(
        names + "plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_plain=\"%s\";"
            .formatted(PASSWORD));
    settings.put(names + "connections.max.reauth.ms", "3000");
    for (String listener : List.of("clients1", "clients2")) {
      String ssl = "listener.name." + listener + ".ssl.";
      settings.put(ssl + "keystore.type", "PEM");
      settings.put(ssl + "keystore.certificate.chain", server.certificatePem());
      settings.put(ssl + "keystore.key", server.privateKeyPkcs8Pem());
    }
    String certificates = "listener.name.clients2.ssl.";
    settings.put(certificates + "client.auth", "required");
    settings.put(certificates + "truststore.type", "PEM");
    settings.put(certificates + "truststore.certificates", clients.certificatePem());
    settings.putAll(overrides);
    return settings;
  }

  public EmbeddedBroker broker() {
    return broker;
  }

  /** Where a user's name is asked for. */
  public String forUsers() {
    return broker.bootstrapServers(usersHost);
  }

  /** Where a client certificate is asked for. */
  public String forCertificates() {
    return broker.bootstrapServers("127.0.0.2");
  }

  /** From now on this is {@link #USER}'s. */
  public void password(ScramMechanism mechanism, String password) throws Exception {
    password(USER, mechanism, password);
  }

  public void password(String user, ScramMechanism mechanism, String password) throws Exception {
    broker
        .topics()
        .admin()
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    user, new ScramCredentialInfo(mechanism, 4096), password)))
        .all()
        .get();
  }

  /** From now on the listener for users shows this. */
  public void certificate(HeldCertificate server) throws Exception {
    String ssl = "listener.name.clients1.ssl.keystore.";
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            new ConfigResource(ConfigResource.Type.BROKER, "1"),
            Stream.of(
                    new ConfigEntry(ssl + "certificate.chain", server.certificatePem()),
                    new ConfigEntry(ssl + "key", server.privateKeyPkcs8Pem()))
                .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
                .toList());
    broker.topics().admin().incrementalAlterConfigs(change).all().get();
  }

  public static HeldCertificate authority(String name) {
    return new HeldCertificate.Builder().certificateAuthority(0).commonName(name).build();
  }

  /** Of this machine, by whichever authority. */
  public static HeldCertificate server(HeldCertificate authority) {
    return server(authority, "localhost");
  }

  public static HeldCertificate server(HeldCertificate authority, String host) {
    return new HeldCertificate.Builder()
        .commonName("broker")
        .addSubjectAlternativeName(host)
        .addSubjectAlternativeName("127.0.0.2")
        .signedBy(authority)
        .build();
  }

  /** Of a client that the broker lets in. */
  public HeldCertificate client() {
    return new HeldCertificate.Builder().commonName("orders").rsa2048().signedBy(clients).build();
  }

  @Override
  public void close() {
    broker.close();
  }
}
