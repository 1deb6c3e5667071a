package dev.kafkaapibridge.sandbox.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The node's side of {@code kubectl logs}: the API server asks here, over TLS and with a
 * certificate of the cluster's authority, which is asked for. Logs of programs before a restart
 * stand in the same file, so there is no other that {@code --previous} could mean.
 */
final class LogServer implements AutoCloseable {

  private static final int FOLLOW_MILLIS = 200;

  /** Where the log of a pod is; empty where the pod is not here. */
  interface Logs {
    Optional<Path> of(String namespace, String pod);
  }

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Logs logs;

  private LogServer(HttpsServer server, Logs logs) {
    this.server = server;
    this.logs = logs;
    server.setExecutor(threads);
    server.createContext("/containerLogs/", this::serve);
    server.start();
  }

  /**
   * @param authority certificate of those who may ask, PEM
   * @param directory for the server's own certificate
   */
  static LogServer start(String address, byte[] authority, Path directory, Logs logs)
      throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(address, PodAddresses.NODE_PORT), 16);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context(authority, directory, address)) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = getSSLContext().getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
            parameters.setSSLParameters(tls);
          }
        });
    return new LogServer(server, logs);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path =
          exchange.getRequestURI().getPath().split("/"); // "", containerLogs, NS, POD, C
      Map<String, String> query = query(exchange.getRequestURI().getQuery());
      Optional<Path> log = path.length == 5 ? logs.of(path[2], path[3]) : Optional.empty();
      if (log.isEmpty() || "true".equals(query.get("previous"))) {
        byte[] no =
            (log.isEmpty()
                    ? "no such pod on this node"
                    : "logs of earlier runs are in the same log")
                .getBytes(UTF_8);
        exchange.sendResponseHeaders(log.isEmpty() ? 404 : 400, no.length);
        exchange.getResponseBody().write(no);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      send(exchange.getResponseBody(), log.get(), path[2], path[3], query);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(
      OutputStream out, Path log, String namespace, String pod, Map<String, String> query)
      throws IOException, InterruptedException {
    String tail = query.get("tailLines");
    String limit = query.get("limitBytes");
    long left = limit == null ? Long.MAX_VALUE : Long.parseLong(limit);
    long position = 0;
    do {
      byte[] news = after(log, position);
      position += news.length;
      if (tail != null) {
        news = lastLines(news, Integer.parseInt(tail));
        tail = null;
      }
      int length = (int) Math.min(left, news.length);
      out.write(news, 0, length);
      out.flush();
      left -= length;
      if (news.length == 0) {
        Thread.sleep(FOLLOW_MILLIS);
      }
    } while ("true".equals(query.get("follow")) && left > 0 && logs.of(namespace, pod).isPresent());
  }

  private static byte[] after(Path log, long position) throws IOException {
    if (!Files.exists(log)) {
      return new byte[0];
    }
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(position);
      byte[] bytes = new byte[(int) Math.min(file.length() - position, 16 * 1024 * 1024)];
      file.readFully(bytes);
      return bytes;
    }
  }

  /** The last so many lines; a line ends with a line feed. */
  static byte[] lastLines(byte[] text, int lines) {
    int from = text.length;
    int found = 0;
    while (from > 0) {
      if (text[from - 1] == '\n' && from < text.length && ++found == lines) {
        break;
      }
      from--;
    }
    return lines == 0 ? new byte[0] : Arrays.copyOfRange(text, from, text.length);
  }

  private static Map<String, String> query(@Nullable String query) {
    var parameters = new HashMap<String, String>();
    if (query != null) {
      for (String parameter : query.split("&")) {
        int equals = parameter.indexOf('=');
        if (equals > 0) {
          parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1));
        }
      }
    }
    return parameters;
  }

  private static SSLContext context(byte[] authority, Path directory, String address)
      throws IOException {
    try {
      char[] password = "loopback".toCharArray();
      Path store = ownCertificate(directory, address, new String(password));
      var own = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        own.load(in, password);
      }
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, password);

      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "cluster",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(authority)));
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);

      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS for the node's logs", e);
    }
  }

  /** Made by the JDK's own tool: its library can't. The API server doesn't check who we are. */
  private static Path ownCertificate(Path directory, String address, String password)
      throws IOException {
    Files.createDirectories(directory);
    Path store = directory.resolve("node.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "node",
                "-keyalg",
                "EC",
                "-dname",
                "CN=sandbox",
                "-ext",
                "san=ip:" + address,
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    try {
      if (keytool.waitFor() != 0) {
        throw new IOException("keytool: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return store;
  }
}
