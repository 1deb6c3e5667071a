package dev.kafkaapibridge.benchmarks;

import dev.kafkaapibridge.benchmarks.ProcessCpu.Seconds;
import dev.kafkaapibridge.benchmarks.api.ApiServer;
import dev.kafkaapibridge.benchmarks.api.Figures;
import dev.kafkaapibridge.benchmarks.api.GrpcApi;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A broker and an API, each a process of its own, and one contestant at a time between them.
 *
 * <p>For one thread.
 */
final class Arena implements AutoCloseable {

  /** The same for all: little heap, and the collector that Java chooses in a small container. */
  static final List<String> FLAGS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

  private static final List<String> SERVER_FLAGS =
      List.of(
          "-Xmx768m",
          "-XX:+UseSerialGC",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Path directory;
  private final Path bridge;
  private final Path before;
  private final String clientOfParallelConsumer;
  private final List<String> moreFlags;
  private final Program broker;
  private final String bootstrapServers;
  private final Program server;
  private final Api api;
  private final Source source;
  private final SchemaRegistry registry;
  private int runs;

  /**
   * @param root of the project, which has been built
   * @param directory for the broker's data and everybody's output
   * @param bridge the jar that users start
   * @param before another build of it, to compare it with
   * @param moreFlags for the contestants' JVMs, all of them
   */
  Arena(Path root, Path directory, Path bridge, Path before, List<String> moreFlags)
      throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    this.bridge = bridge;
    this.before = before;
    this.clientOfParallelConsumer =
        root.resolve("benchmarks/target/parallel-consumer/kafka-clients.jar") + File.pathSeparator;
    this.moreFlags = moreFlags;
    broker =
        Program.ofClass(
            BrokerProgram.class.getName(),
            directory.resolve("broker.log"),
            "",
            SERVER_FLAGS,
            directory.resolve("broker").toString());
    server =
        Program.ofClass(ApiServer.class.getName(), directory.resolve("api.log"), "", SERVER_FLAGS);
    bootstrapServers = broker.awaitListening();
    api = new Api(server.awaitListening());
    source = new Source(bootstrapServers);
    registry = new SchemaRegistry();
  }

  /**
   * Measures one contestant.
   *
   * @param steadyRate records a second of the steady part
   * @param bound how long it may take for the records that are there; what it has not done by then
   *     isn't held against it
   */
  Measurement measure(Contestant contestant, Load load, double steadyRate, Duration bound)
      throws IOException, InterruptedException {
    String name = "run-" + ++runs;
    try (Source.Topic topic = source.topic(name, load, values(contestant))) {
      topic.fill(load.records());
      api.begin(load);
      long started = System.nanoTime();
      long startedAt = System.currentTimeMillis() * 1_000;
      try (Program program = start(contestant, load, name)) {
        var cpu = new ProcessCpu(program.pid());
        Seconds none = new Seconds(0, 0, 0);
        Look half = new Look(api.figures(), none);
        Look end = half;
        while (end.figures().records() < load.records()
            && System.nanoTime() - started < bound.toNanos()) {
          TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
          if (!program.running()) {
            throw new IllegalStateException(contestant.title + " has ended: " + program.log());
          }
          end = look(cpu);
          if (half.figures().records() < load.records() / 2) {
            half = end;
          }
        }
        double resident = cpu.peakResidentMiB();
        Figures steady = steady(topic, load, steadyRate, end.figures());
        return sum(contestant, load, startedAt, half, end, resident, steadyRate, steady);
      }
    }
  }

  private static Source.Values values(Contestant contestant) {
    return switch (contestant.protocol) {
      case HTTP, GRPC_UNARY, GRPC_STREAM -> Stamp::toValue;
      case HTTP_LINES -> Stamp::toJson;
      case HTTP_FROM_AVRO, HTTP_AVRO -> AvroOrders::of;
    };
  }

  private record Look(Figures figures, Seconds cpu) {}

  /** The CPU before and after the count is asked for: its mean belongs to that count. */
  private Look look(ProcessCpu cpu) {
    Seconds before = cpu.read();
    Figures figures = api.figures();
    return new Look(figures, before.meanWith(cpu.read()));
  }

  private Figures steady(Source.Topic topic, Load load, double rate, Figures before)
      throws InterruptedException {
    int records = (int) (rate * load.steadySeconds());
    if (records == 0 || before.records() < topic.written()) {
      return before;
    }
    // The first second is not measured: a producer and fetches that have been idle.
    int warmUp = records / load.steadySeconds();
    api.measure(topic.written() + warmUp, records - warmUp);
    topic.fill(records, rate);
    Figures figures = api.figures();
    for (int i = 0; i < 100 && figures.records() < topic.written(); i++) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      figures = api.figures();
    }
    return figures;
  }

  private static Measurement sum(
      Contestant contestant,
      Load load,
      long startedAt,
      Look half,
      Look end,
      double resident,
      double steadyRate,
      Figures steady) {
    Figures figures = end.figures();
    double tenThousand = figures.records() / 10_000.0;
    double warmTenThousand = (figures.records() - half.figures().records()) / 10_000.0;
    Seconds warm = end.cpu().minus(half.cpu());
    boolean isSteady = steady.measured() > 0;
    return new Measurement(
        contestant.title,
        contestant.keyed,
        load.name(),
        figures.records(),
        flaw(contestant, steady),
        (figures.records() - 1) / seconds(figures.last() - figures.first()),
        figures.half() == 0
            ? Double.NaN
            : (figures.records() - load.records() / 2.0) / seconds(figures.last() - figures.half()),
        end.cpu().own() / tenThousand,
        warm.own() / warmTenThousand,
        end.cpu().all() / tenThousand,
        warm.all() / warmTenThousand,
        resident,
        seconds(figures.first() - startedAt),
        isSteady ? steadyRate : 0,
        isSteady ? steady.p50() / 1_000.0 : Double.NaN,
        isSteady ? steady.p99() / 1_000.0 : Double.NaN);
  }

  private static double seconds(long micros) {
    return micros / 1e6;
  }

  /** Nothing disturbs these runs, so each promise must hold to the record. */
  private static String flaw(Contestant contestant, Figures figures) {
    var flaws = new ArrayList<String>();
    if (figures.repeated() > 0) {
      flaws.add(figures.repeated() + " repeated");
    }
    if (contestant.keyed && figures.overtaken() > 0) {
      flaws.add(figures.overtaken() + " overtaken");
    }
    return String.join(", ", flaws);
  }

  private Program start(Contestant contestant, Load load, String name) throws IOException {
    var flags = new ArrayList<>(FLAGS);
    flags.addAll(moreFlags);
    Path log = directory.resolve(name + ".log");
    if (!contestant.isBridge()) {
      return Program.ofClass(
          "dev.kafkaapibridge.benchmarks.program." + contestant.program,
          log,
          contestant.program.startsWith("ParallelConsumer") ? clientOfParallelConsumer : "",
          flags,
          bootstrapServers,
          name,
          name + "-group",
          url(contestant),
          Integer.toString(load.inFlight()),
          contestant.variant);
    }
    String file =
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: benchmark, namespace: benchmarks}
        spec:
          kafka: {bootstrapServers: "%s", topics: [%s], consumerGroup: %s-group, startFrom: Earliest}
          target: {%s}
          %s
          delivery: {ordering: %s, maxInFlight: %d%s}
        """
            .formatted(
                bootstrapServers,
                name,
                name,
                target(contestant),
                contestant.protocol == Contestant.Protocol.HTTP_FROM_AVRO
                    ? "record: {valueFormat: Avro, schemaRegistry: {url: \"%s\"}}"
                        .formatted(registry.url())
                    : "",
                contestant.variant,
                load.inFlight(),
                contestant.protocol == Contestant.Protocol.HTTP_LINES
                    ? ", batch: {format: NDJSON, maxRecords: 500, maxWait: 10ms}"
                    : "");
    Path yaml = Files.writeString(directory.resolve(name + ".yaml"), file);
    return Program.ofJar(
        contestant.isBefore() ? before : bridge,
        log,
        flags,
        "--port",
        "0",
        "--address",
        "127.0.0.1",
        yaml.toString());
  }

  private String url(Contestant contestant) {
    return switch (contestant.protocol) {
      case HTTP -> api.records();
      case HTTP_LINES -> api.records() + "?lines";
      case HTTP_FROM_AVRO -> api.records() + "?skip=" + AvroOrders.BEFORE_THE_STAMP_IN_JSON;
      case HTTP_AVRO -> api.records() + "?skip=" + AvroOrders.BEFORE_THE_STAMP;
      case GRPC_UNARY, GRPC_STREAM -> api.grpc();
    };
  }

  private String target(Contestant contestant) {
    String grpc =
        "grpc: {address: \"%s\", transport: Plaintext, service: benchmark.Api, method: %s}";
    return switch (contestant.protocol) {
      case HTTP, HTTP_LINES, HTTP_AVRO -> "http: {url: \"%s\"}".formatted(url(contestant));
      case HTTP_FROM_AVRO ->
          "http: {url: \"%s\", body: {mode: Template, template: '%s'}}"
              .formatted(url(contestant), AvroOrders.TEMPLATE);
      case GRPC_UNARY -> grpc.formatted(api.grpc(), GrpcApi.UNARY);
      case GRPC_STREAM ->
          grpc.formatted(
              api.grpc(),
              GrpcApi.STREAM
                  + ", mode: BidirectionalStreaming, stream: {acknowledgement: PerResponse}");
    };
  }

  @Override
  public void close() {
    source.close();
    registry.close();
    server.close();
    broker.close();
  }
}
