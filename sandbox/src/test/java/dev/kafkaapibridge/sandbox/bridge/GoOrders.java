package dev.kafkaapibridge.sandbox.bridge;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service {@code shop.v1.Orders} on grpc-go, a process of its own, with a switchboard. What its
 * switches are called stands in {@code sandbox/src/test/go/switches.go}.
 */
final class GoOrders implements AutoCloseable {

  private static final Pattern SERVING =
      Pattern.compile("calls 127.0.0.1:(\\d+) resets (\\S+) control (\\S+)\\s");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES).build();

  /**
   * What the server has taken.
   *
   * @param accepted sequences, in order
   * @param times when each message came, in microseconds since 1970
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Counts(
      long calls,
      long[] accepted,
      long repeated,
      long reordered,
      long streams,
      long most,
      long connected,
      long resets,
      long reflection,
      long noted,
      long pings,
      long[] times) {

    BitSet sequences() {
      var set = new BitSet();
      for (long sequence : accepted) {
        set.set((int) sequence);
      }
      return set;
    }

    /**
     * How many messages came within a stretch of time, at the most.
     *
     * @param micros how long the stretch is
     */
    int within(long micros) {
      int most = 0;
      for (int from = 0, to = 0; to < times.length; to++) {
        while (times[to] - times[from] >= micros) {
          from++;
        }
        most = Math.max(most, to - from + 1);
      }
      return most;
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final GuardedProcess process;
  private final int port;
  private final String resets;
  private final String control;

  private GoOrders(GuardedProcess process, Matcher serving) {
    this.process = process;
    this.port = Integer.parseInt(serving.group(1));
    this.resets = serving.group(2);
    this.control = "http://" + serving.group(3);
  }

  /**
   * @param program from {@link GoProgram}
   * @param directory for its files
   * @param switches as JSON
   */
  static GoOrders start(Path program, Path directory, String switches) {
    try {
      Path descriptors = Files.createTempFile(directory, "orders", ".pb");
      Files.write(descriptors, GrpcOrders.descriptorSet());
      var process =
          GuardedProcess.start(
              List.of(
                  program.toString(),
                  "-descriptors",
                  descriptors.toString(),
                  "-switches",
                  switches),
              Map.of(),
              Path.of(descriptors + ".log"));
      Matcher serving =
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> SERVING.matcher(process.logTail(10_000)), Matcher::find);
      return new GoOrders(process, serving);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** The same server behind a wire that resets streams. */
  String addressThatResets() {
    return resets;
  }

  Counts counts() {
    try {
      return JSON.readValue(
          ask(HttpRequest.newBuilder(URI.create(control + "/counts"))), Counts.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Other moods from now on. */
  void turn(String switches) {
    post("/switches", switches.getBytes(StandardCharsets.UTF_8));
  }

  /** Calls under way are cut, as by a process that is killed; port and counts stay. */
  void restart(String switches) {
    post("/restart", switches.getBytes(StandardCharsets.UTF_8));
  }

  /** What reflection tells from now on. */
  void describe(byte[] descriptorSet) {
    post("/descriptors", descriptorSet);
  }

  private void post(String path, byte[] body) {
    ask(
        HttpRequest.newBuilder(URI.create(control + path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  private String ask(HttpRequest.Builder request) {
    try {
      var answer =
          http.send(
              request.timeout(Duration.ofSeconds(20)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(answer.body() + process.logTail(5_000));
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(process.logTail(5_000), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(5));
  }
}
