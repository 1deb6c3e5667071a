package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where a redirect may lead: with {@code FollowSameOrigin} to another path or query of the same
 * scheme, host and port, so that no credential and no record goes anywhere else. 307 and 308 (RFC
 * 9110, 15.4.8 and 15.4.9) are followed with the same method and body; 301, 302 and 303 only for
 * GET, because for other methods clients have always disagreed about what is sent next, and a POST
 * that became a GET would be taken for a delivered record. Pure.
 */
final class Redirects {

  /** So many in a row lead nowhere. */
  static final int MOST_HOPS = 5;

  sealed interface Next {
    record To(HttpUrl url) implements Next {}

    /**
     * @param why what was seen, and the fix
     */
    record Nowhere(String why) implements Next {}
  }

  private final boolean follow;

  Redirects(HttpSpec.Redirects policy) {
    this.follow = policy == HttpSpec.Redirects.FollowSameOrigin;
  }

  /**
   * @param from where the request went
   * @param location the answer's header of that name; null where it has none
   * @param hops redirects that led there already
   */
  Next next(String method, HttpUrl from, int status, @Nullable String location, int hops) {
    if (!follow) {
      return nowhere(
          status,
          "which is not followed. Write the final address into spec.target.http.url, or set spec.target.http.redirects to FollowSameOrigin.");
    }
    boolean keepsMethod = status == 307 || status == 308;
    boolean safe = method.equals("GET") && (status == 301 || status == 302 || status == 303);
    if (!keepsMethod && !safe) {
      return nowhere(
          status,
          "which is not followed for %s: only 307 and 308 keep the method and the body. Write the final address into spec.target.http.url; if the target says by it that it has accepted the record, add '%d' to spec.target.http.successStatusCodes."
              .formatted(method, status));
    }
    HttpUrl to = location == null ? null : from.resolve(location);
    if (to == null) {
      return nowhere(
          status, "without an address that can be followed. The target has to be mended.");
    }
    if (!to.scheme().equals(from.scheme())
        || !to.host().equals(from.host())
        || to.port() != from.port()) {
      return nowhere(
          status,
          "to another origin (%s://%s:%d), which is never followed. Write the final address into spec.target.http.url."
              .formatted(to.scheme(), to.host(), to.port()));
    }
    return hops >= MOST_HOPS
        ? nowhere(
            status,
            "after "
                + MOST_HOPS
                + " others in a row. Write the final address into spec.target.http.url.")
        : new Next.To(to.newBuilder().fragment(null).username("").password("").build());
  }

  private static Next nowhere(int status, String how) {
    return new Next.Nowhere("The target answered " + status + ", a redirect, " + how);
  }
}
