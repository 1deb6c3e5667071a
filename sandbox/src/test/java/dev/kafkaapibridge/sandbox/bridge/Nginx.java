package dev.kafkaapibridge.sandbox.bridge;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kafkaapibridge.sandbox.network.FreePorts;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real nginx before an API, which answers 429 to what exceeds its {@code limit_req}. */
final class Nginx implements AutoCloseable {

  private final GuardedProcess process;
  private final int port;

  private Nginx(GuardedProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Skips the test where there is no nginx. {@code scripts/test} installs it where it can, and
   * passes {@code -Dkab.node=required}: then it must be there.
   *
   * @param apiPort where the API listens
   * @param perSecond requests that are let through
   * @param burst how many more at once
   */
  static Nginx before(int apiPort, int perSecond, int burst, Path directory) {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      System.err.println(
          "\n*** NOT RUN: the test through nginx. Debian: apt-get install --no-install-recommends nginx-light ***\n");
      if ("required".equals(System.getProperty("kab.node"))) {
        throw new IllegalStateException("nginx is missing, and -Dkab.node=required");
      }
    }
    assumeTrue(program.isPresent(), "there is no nginx");
    try {
      int port = FreePorts.one();
      Path file = directory.resolve("nginx.conf");
      Files.writeString(file, configuration(directory, port, apiPort, perSecond, burst));
      var process =
          GuardedProcess.start(
              List.of(
                  program.orElseThrow().toString(), "-c", file.toString(), "-p", directory + "/"),
              Map.of(),
              directory.resolve("nginx.log"));
      await().atMost(Duration.ofSeconds(30)).until(() -> answers(port));
      return new Nginx(process, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String configuration(
      Path directory, int port, int apiPort, int perSecond, int burst) {
    return """
    daemon off;
    user root;
    worker_processes 1;
    pid %1$s/nginx.pid;
    error_log %1$s/nginx-error.log crit;
    events { worker_connections 8192; }
    http {
      access_log off;
      client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
      uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
      keepalive_requests 1000000;
      limit_req_zone $server_name zone=all:1m rate=%4$dr/s;
      limit_req_status 429;
      upstream api { server 127.0.0.1:%3$d; keepalive 512; keepalive_requests 1000000; }
      server {
        listen 127.0.0.1:%2$d backlog=4096;
        server_name api;
        location / {
          limit_req zone=all burst=%5$d nodelay;
          proxy_pass http://api;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_next_upstream off;
        }
      }
    }
    """
        .formatted(directory, port, apiPort, perSecond, burst);
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(5));
  }

  private static Optional<Path> program() {
    return Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static boolean answers(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
