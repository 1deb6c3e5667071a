package dev.kafkaapibridge.api.derived;

import dev.kafkaapibridge.api.derived.Reference.Holds;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a Secret of type {@code servicebinding.io/kafka}: as servicebinding.io 1.0 has them,
 * and as the Strimzi Access Operator writes them, under either of the names that it uses. Pure.
 *
 * @param secret of the bridge's namespace
 */
public record BindingKeys(NameRef secret) {

  /** The field of the spec that names the Secret. */
  public static final String FIELD = "spec.kafka.bindingSecretRef";

  private static final Map<String, String> FIXES =
      Map.of(
          "type", "name a Secret whose type is kafka",
          "bootstrapServers", "write host:port there, several with commas between",
          "securityProtocol",
              "write PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL there, the last one for PLAIN, whose password travels as it is",
          "saslMechanism", "write SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN there",
          "username", "write the user's name there",
          "password", "write the user's password there",
          "ssl.truststore.crt", "put the brokers' authorities there, in PEM",
          "ssl.keystore.crt", "put the client certificate there, in PEM",
          "ssl.keystore.key", "put the client certificate's private key there, in PEM");

  /** What is to be done about a key that is missing or can't be used: half a sentence. */
  public static String fix(String key) {
    return FIXES.getOrDefault(key, "see the guide");
  }

  /** All that are looked for; most bindings have some of them. */
  public List<Reference> all() {
    return List.of(
        kind(),
        servers(),
        protocol(),
        mechanism(),
        username(),
        password(),
        authorities(),
        certificate(),
        privateKey());
  }

  /** Of what the Secret is a binding. */
  Reference kind() {
    return key("type", null, Holds.Text);
  }

  Reference servers() {
    return key("bootstrapServers", "bootstrap-servers", Holds.Text);
  }

  Reference protocol() {
    return key("securityProtocol", "security.protocol", Holds.Text);
  }

  Reference mechanism() {
    return key("saslMechanism", "sasl.mechanism", Holds.Text);
  }

  /** Who logs in. */
  public Reference username() {
    return key("username", "user", Holds.Text);
  }

  Reference password() {
    return key("password", null, Holds.Text);
  }

  Reference authorities() {
    return key("ssl.truststore.crt", null, Holds.Certificates);
  }

  /** The client certificate. */
  public Reference certificate() {
    return key("ssl.keystore.crt", null, Holds.CertificateChain);
  }

  /** Of the client certificate. */
  public Reference privateKey() {
    return key("ssl.keystore.key", null, Holds.PrivateKey);
  }

  private Reference key(String key, @Nullable String other, Holds holds) {
    return new Reference("Secret", secret.name(), key, other, FIELD, holds);
  }
}
