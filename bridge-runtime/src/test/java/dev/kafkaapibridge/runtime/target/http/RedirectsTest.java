package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectsTest {

  private static final HttpUrl FROM = HttpUrl.get("https://api.example.com/v1/orders?x=1");
  private static final Redirects FOLLOW = new Redirects(HttpSpec.Redirects.FollowSameOrigin);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          POST | 307 | /v2/orders                             | https://api.example.com/v2/orders
          POST | 308 | https://api.example.com:443/v2/orders  | https://api.example.com/v2/orders
          PUT  | 307 | HTTPS://API.example.com/v2/orders      | https://api.example.com/v2/orders
          POST | 307 | ?x=2                                   | https://api.example.com/v1/orders?x=2
          POST | 307 | ../v2#part                             | https://api.example.com/v2
          POST | 307 | https://u:p@api.example.com/v2         | https://api.example.com/v2
          GET  | 301 | /v2/orders                             | https://api.example.com/v2/orders
          GET  | 302 | /v2/orders                             | https://api.example.com/v2/orders
          GET  | 303 | /v2/orders                             | https://api.example.com/v2/orders
          POST | 301 | /v2/orders                             | -
          POST | 302 | /v2/orders                             | -
          POST | 303 | /v2/orders                             | -
          DELETE | 302 | /v2/orders                           | -
          GET  | 304 | /v2/orders                             | -
          GET  | 300 | /v2/orders                             | -
          POST | 307 | http://api.example.com/v2              | -
          POST | 307 | https://api.example.com:8443/v2        | -
          POST | 307 | https://example.com/v2                 | -
          POST | 307 | //elsewhere.example/v2                 | -
          POST | 307 | https://api.example.com@elsewhere.example/v2 | -
          POST | 307 | file:///etc/passwd                     | -
          POST | 307 | https://                               | -
          POST | 307 | -                                      | -
          """)
  void whereARedirectLeads(String method, int status, String location, String to) {
    var next = FOLLOW.next(method, FROM, status, location, 0);
    if (to == null) {
      assertThat(next).isInstanceOf(Redirects.Next.Nowhere.class);
    } else {
      assertThat(next).isEqualTo(new Redirects.Next.To(HttpUrl.get(to)));
    }
  }

  @Test
  void afterFiveInARowItIsEnough() {
    assertThat(FOLLOW.next("POST", FROM, 307, "/a", 4)).isInstanceOf(Redirects.Next.To.class);
    assertThat(FOLLOW.next("POST", FROM, 307, "/a", 5)).isInstanceOf(Redirects.Next.Nowhere.class);
  }

  @Test
  void unlessAskedForNoneIsFollowed() {
    assertThat(new Redirects(HttpSpec.Redirects.Reject).next("POST", FROM, 307, "/a", 0))
        .isEqualTo(
            new Redirects.Next.Nowhere(
                "The target answered 307, a redirect, which is not followed. Write the final address into spec.target.http.url, or set spec.target.http.redirects to FollowSameOrigin."));
  }
}
