package dev.kafkaapibridge.runtime.schema;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.SchemaRegistrySpec;
import dev.kafkaapibridge.runtime.connect.AddressDenied;
import dev.kafkaapibridge.runtime.connect.TrustingClient;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Owns the connections to the registry. An answer has ten seconds and 4 MiB; certificates and
 * credentials are as they are at each question. Safe for all threads.
 */
final class RegistryClient implements AutoCloseable {

  /** One body, or what stands in its place. */
  sealed interface Answered {
    record Body(byte[] content) implements Answered {}

    record Instead(RegistryAnswer answer) implements Answered {}
  }

  static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration WHOLE = Duration.ofSeconds(10);

  private final HttpUrl base;
  private final RegistryApi api;
  private final @Nullable NameRef credentials;
  private final Function<KeyRef, @Nullable String> secrets;
  private final TrustingClient client;

  RegistryClient(
      SchemaRegistrySpec spec,
      Function<KeyRef, @Nullable String> secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities) {
    this(spec, secrets, authorities, WHOLE);
  }

  /**
   * @param whole how long a question may take
   */
  RegistryClient(
      SchemaRegistrySpec spec,
      Function<KeyRef, @Nullable String> secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Duration whole) {
    HttpUrl url = HttpUrl.get(spec.url());
    boolean apicurio = spec.flavor() == SchemaRegistrySpec.Flavor.Apicurio;
    this.base =
        apicurio && !spec.url().contains("/apis/registry/v")
            ? url.newBuilder().addPathSegments("apis/registry/v3").build()
            : url;
    this.api =
        apicurio ? new ApicurioApi(spec.url().contains("/apis/registry/v2")) : new ConfluentApi();
    this.credentials = spec.basicAuthSecretRef();
    this.secrets = secrets;
    this.client = new TrustingClient(url.isHttps(), spec.tls(), authorities, CONNECT, whole);
  }

  RegistryApi api() {
    return api;
  }

  /** Scheme, host and port, for people. */
  String endpoint() {
    return base.scheme() + "://" + base.host() + ":" + base.port();
  }

  Answered get(List<String> path) {
    HttpUrl.Builder url = base.newBuilder();
    path.forEach(url::addPathSegment);
    var request = new Request.Builder().url(url.build()).header("Accept", "*/*");
    if (credentials != null) {
      String user = secrets.apply(new KeyRef(credentials.name(), "username"));
      String password = secrets.apply(new KeyRef(credentials.name(), "password"));
      if (user == null || password == null) {
        return failed(
            "CredentialsMissing",
            "Secret '%s' has no 'username' or no 'password'".formatted(credentials.name()));
      }
      request.header("Authorization", Credentials.basic(user, password, StandardCharsets.UTF_8));
    }
    OkHttpClient trusting = client.now();
    if (trusting == null) {
      return failed("TLSFailed", "the certificates of spec.record.schemaRegistry.tls are missing");
    }
    try (Response response = trusting.newCall(request.build()).execute()) {
      return answered(response);
    } catch (IOException e) {
      return unanswered(e);
    }
  }

  private Answered answered(Response response) throws IOException {
    Buffer buffer = new Buffer();
    var source = response.body().source();
    while (buffer.size() <= MAX_BYTES && source.read(buffer, 65_536) >= 0) {
      // bounded
    }
    int status = response.code();
    if (buffer.size() > MAX_BYTES) {
      return failed("InvalidAnswer", "it answers with more than %d bytes".formatted(MAX_BYTES));
    }
    byte[] body = buffer.readByteArray();
    return switch (status) {
      case 200 -> new Answered.Body(body);
      case 401, 403 -> failed("AuthenticationFailed", "it answers " + status);
      case 404 ->
          api.saysNoSuchSchema(body)
              ? new Answered.Instead(new RegistryAnswer.NoSuchSchema())
              : failed(
                  "InvalidAnswer", "it answers 404, and not as a registry of that flavor does");
      default -> failed("Failing", "it answers " + status);
    };
  }

  private static Answered unanswered(IOException e) {
    return switch (e) {
      case AddressDenied denied ->
          failed("AddressDenied", "its address %s is none to call".formatted(denied.address()));
      case SSLException ignored ->
          failed("TLSFailed", "the handshake fails, or its certificate is not trusted");
      case UnknownHostException ignored -> failed("Unreachable", "its name has no address");
      case java.io.InterruptedIOException ignored ->
          failed("Unreachable", "it does not answer in time");
      default -> failed("Unreachable", "it can't be reached, or ends the connection");
    };
  }

  static Answered failed(String reason, String detail) {
    return new Answered.Instead(new RegistryAnswer.Failed(reason, detail));
  }

  @Override
  public void close() {
    client.close();
  }
}
