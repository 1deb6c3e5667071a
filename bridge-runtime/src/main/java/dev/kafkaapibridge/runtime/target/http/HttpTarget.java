package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.IOException;
import java.net.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongConsumer;
import okhttp3.ConnectionPool;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests with OkHttp, blocking, on the lanes' own threads. What a library likes to do by
 * itself is off: repeats, redirects, cookies, caches, decompression, the system's proxies.
 */
public final class HttpTarget implements Target {

  private final HttpRequests requests;
  private final HttpVerdicts verdicts;
  private final OkHttpClient client;
  private final SecretHeaders secrets;
  private final Duration requestTimeout;
  private final BooleanSupplier everAccepted;
  private final long maxResponseBytes;
  private final Clock clock;

  /**
   * @param maxInFlight calls at once; so many connections are kept
   * @param secrets the text of a Secret's key, null while it is missing
   * @param everAccepted whether anything was accepted since the start
   * @param sent told 1 for each request that leaves the process
   */
  public HttpTarget(
      HttpSpec http,
      RetrySpec retry,
      int maxInFlight,
      Function<KeyRef, @Nullable String> secrets,
      BooleanSupplier everAccepted,
      LongConsumer sent,
      Clock clock) {
    this.requests = new HttpRequests(http);
    this.verdicts = new HttpVerdicts(http, retry);
    this.secrets = new SecretHeaders(http, secrets);
    this.requestTimeout = http.requestTimeout();
    this.everAccepted = everAccepted;
    this.maxResponseBytes = http.maxResponseBytes();
    this.clock = clock;
    this.client =
        new OkHttpClient.Builder()
            .socketFactory(new CheckedSockets())
            .proxy(Proxy.NO_PROXY)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(maxInFlight, 5, TimeUnit.MINUTES))
            .connectTimeout(http.connectTimeout())
            // One deadline for the whole call: timeouts of single reads and writes cost a third of
            // the client's CPU and add nothing to it.
            .callTimeout(http.requestTimeout())
            .readTimeout(0, TimeUnit.MILLISECONDS)
            .writeTimeout(0, TimeUnit.MILLISECONDS)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .addNetworkInterceptor(counting(sent))
            .build();
  }

  private static Interceptor counting(LongConsumer sent) {
    return chain -> {
      sent.accept(1);
      return chain.proceed(chain.request());
    };
  }

  @Override
  public Prepared prepare(SourceRecord record) {
    return switch (requests.make(record)) {
      case HttpRequests.Made.Whole(var request) -> new Prepared.Ready(() -> send(request));
      case HttpRequests.Made.Impossible(var why) -> new Prepared.Refused(why);
    };
  }

  private Verdict send(Request request) {
    return switch (secrets.add(request)) {
      case SecretHeaders.Added.To(var whole) -> call(whole);
      case SecretHeaders.Added.Missing(var verdict) -> verdict;
    };
  }

  private Verdict call(Request request) {
    try (Response response = client.newCall(request).execute()) {
      Verdict verdict =
          verdicts.ofStatus(
              response.code(), response::header, everAccepted.getAsBoolean(), clock.instant());
      drain(response);
      return verdict;
    } catch (IOException e) {
      return Thread.currentThread().isInterrupted() ? new Verdict.Cut("-") : verdicts.ofFailure(e);
    }
  }

  /**
   * Reads the answer to its end, so that its connection can be used again; one that is larger than
   * allowed, or breaks, is hung up on. The status line has decided already: what was accepted stays
   * accepted.
   */
  private void drain(Response response) {
    try {
      BufferedSource body = response.body().source();
      for (long read = 0; read <= maxResponseBytes && !body.exhausted(); ) {
        long there = body.getBuffer().size();
        body.skip(there);
        read += there;
      }
    } catch (IOException e) {
      // Its connection is not used again, which is all that is lost.
    }
  }

  @Override
  public Duration longestCall() {
    return requestTimeout;
  }

  @Override
  public String endpoint() {
    var url = requests.url();
    return url.scheme()
        + "://"
        + url.host()
        + (url.port() == okhttp3.HttpUrl.defaultPort(url.scheme()) ? "" : ":" + url.port());
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
