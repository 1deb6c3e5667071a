package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.SecretHeaders;
import dev.kafkaapibridge.runtime.target.http.Transport;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * What a call needs of the moment in which it is made: the credentials, and a client that trusts
 * whom the spec names. Safe for all lanes.
 */
final class Route {

  sealed interface Way {
    record Open(OkHttpClient client, Request request) implements Way {}

    record Missing(Verdict.TargetMisconfigured why) implements Way {}
  }

  private final SecretHeaders secrets;
  private final Transport transport;

  Route(SecretHeaders secrets, Transport transport) {
    this.secrets = secrets;
    this.transport = transport;
  }

  /**
   * What a verdict means once it is known whether the credential may be another by now.
   *
   * @param began when the call did, by {@link System#nanoTime}
   */
  Verdict judged(Verdict verdict, long began) {
    return secrets.judged(verdict, began);
  }

  Way of(Request request) {
    return switch (secrets.add(request)) {
      case SecretHeaders.Added.Missing(var missing) -> new Way.Missing(missing);
      case SecretHeaders.Added.To(var whole) ->
          switch (transport.way()) {
            case Transport.Way.Open(var client) -> new Way.Open(client, whole);
            case Transport.Way.Missing(var missing) -> new Way.Missing(missing);
          };
    };
  }
}
