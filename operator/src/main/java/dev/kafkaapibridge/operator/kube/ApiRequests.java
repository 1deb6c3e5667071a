package dev.kafkaapibridge.operator.kube;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts what is asked of the API server, by verb and resource: at rest, nothing but watches that
 * begin again now and then. A watch that breaks is one that begins again.
 */
public final class ApiRequests implements Interceptor {

  /** {@code /api/v1} or {@code /apis/GROUP/VERSION}, a namespace, then what is asked for. */
  private static final Pattern RESOURCE =
      Pattern.compile(
          "^/(?:api|apis/[^/]+)/[^/]+(?:/namespaces/[^/]+(?=/))?/([^/]+)(/[^/]+)?(?:/([^/]+))?$");

  private final MeterRegistry meters;

  public ApiRequests(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    Asked asked = Asked.of(request.method(), request.uri());
    meters
        .counter("kab.api.requests", "verb", asked.verb(), "resource", asked.resource())
        .increment();
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (response.code() >= 400) {
      meters.counter("kab.api.refusals", "code", Integer.toString(response.code())).increment();
    }
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    meters.counter("kab.api.failures").increment();
  }

  /**
   * @param verb as in RBAC
   * @param resource as in RBAC, with its subresource; "other" for what is no resource
   */
  record Asked(String verb, String resource) {

    static Asked of(String method, URI uri) {
      Matcher path = RESOURCE.matcher(uri.getPath());
      if (!path.matches()) {
        return new Asked(method.toLowerCase(java.util.Locale.ROOT), "other");
      }
      boolean one = path.group(2) != null;
      String resource = path.group(3) == null ? path.group(1) : path.group(1) + "/" + path.group(3);
      String query = uri.getQuery() == null ? "" : uri.getQuery();
      String verb =
          switch (method) {
            case "GET" -> query.contains("watch=true") ? "watch" : one ? "get" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "other";
          };
      return new Asked(verb, resource);
    }
  }
}
