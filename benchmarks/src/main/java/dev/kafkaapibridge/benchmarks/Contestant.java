package dev.kafkaapibridge.benchmarks;

import java.util.List;

/** Who is measured. */
enum Contestant {
  /** The jar that users start, with its telemetry and every guarantee. */
  BRIDGE("bridge, key", true, "", "Key"),
  BRIDGE_UNORDERED("bridge, unordered", false, "", "Unordered"),
  /** Not part of a run unless named: the jar of {@code --before}, to compare a change with. */
  BEFORE("bridge before, key", true, "", "Key"),
  /** The limit of the machine: OkHttp on virtual threads, as it comes. */
  PLAIN("plain loop", false, "BareLoop", "plain"),
  /** The same without timeouts of single reads and writes. */
  LEAN("lean loop", false, "BareLoop", "lean"),
  PARALLEL_CONSUMER("parallel-consumer, key", true, "ParallelConsumer", "key"),
  PARALLEL_CONSUMER_UNORDERED(
      "parallel-consumer, unordered", false, "ParallelConsumer", "unordered"),
  PARALLEL_CONSUMER_VERTX("parallel-consumer-vertx, key", true, "ParallelConsumerVertx", "key"),
  PARALLEL_CONSUMER_VERTX_UNORDERED(
      "parallel-consumer-vertx, unordered", false, "ParallelConsumerVertx", "unordered"),
  SEQUENTIAL("sequential loop", true, "SequentialLoop", "-"),
  /** By gRPC, a call for each record; not part of a run unless named, as the next two. */
  BRIDGE_GRPC("bridge, key, gRPC", true, "", "Key", Protocol.GRPC_UNARY),
  BRIDGE_GRPC_STREAM("bridge, key, gRPC streams", true, "", "Key", Protocol.GRPC_STREAM),
  /** grpc-java's own client on virtual threads, no order, no position kept. */
  GRPC_LOOP("grpc-java loop", false, "BareLoop", "grpc", Protocol.GRPC_UNARY),
  /** The jar of {@code --before}, by gRPC. */
  BEFORE_GRPC("bridge before, key, gRPC", true, "", "Key", Protocol.GRPC_UNARY),
  /** NDJSON, up to 500 records a request; not part of a run unless named, as the next. */
  BRIDGE_NDJSON("bridge, key, NDJSON", true, "", "Key", Protocol.HTTP_LINES),
  /** A poll's records in one request, on virtual threads; no order, no position kept. */
  LINES_LOOP("poll loop, NDJSON", false, "LinesLoop", "lean", Protocol.HTTP_LINES),
  /** The jar of {@code --before}, with batches. */
  BEFORE_NDJSON("bridge before, key, NDJSON", true, "", "Key", Protocol.HTTP_LINES),
  /** Avro by a registry, a template, JSON; not part of a run unless named, as the next. */
  BRIDGE_AVRO("bridge, key, Avro to JSON", true, "", "Key", Protocol.HTTP_FROM_AVRO),
  /** The very same records, whose bytes are sent as they are. */
  BRIDGE_AS_IT_IS("bridge, key, Avro as it is", true, "", "Key", Protocol.HTTP_AVRO),
  /** Questions of our own, not part of a run unless named: what no deadline at all would save. */
  BARE("loop without deadline", false, "BareLoop", "bare");

  /** Who is measured if nobody is named. */
  static final List<Contestant> USUAL =
      List.of(
          PLAIN,
          BRIDGE,
          PARALLEL_CONSUMER_VERTX,
          PARALLEL_CONSUMER,
          LEAN,
          BRIDGE_UNORDERED,
          PARALLEL_CONSUMER_VERTX_UNORDERED,
          PARALLEL_CONSUMER_UNORDERED,
          SEQUENTIAL);

  final String title;

  /** Whether it promises the order of a key. */
  final boolean keyed;

  /** Name of the class in {@code program}; empty: the bridge's jar. */
  final String program;

  final String variant;
  final Protocol protocol;

  /** By what it calls the API. */
  enum Protocol {
    HTTP,
    /** Several records in a request, a line each. */
    HTTP_LINES,
    /** Records are Avro, requests JSON that a template makes of them. */
    HTTP_FROM_AVRO,
    /** Records are Avro, and so are requests. */
    HTTP_AVRO,
    GRPC_UNARY,
    /** Bidirectional streams, an answer for each message. */
    GRPC_STREAM
  }

  Contestant(String title, boolean keyed, String program, String variant) {
    this(title, keyed, program, variant, Protocol.HTTP);
  }

  Contestant(String title, boolean keyed, String program, String variant, Protocol protocol) {
    this.title = title;
    this.keyed = keyed;
    this.program = program;
    this.variant = variant;
    this.protocol = protocol;
  }

  /** Whether it is another build of the bridge. */
  boolean isBefore() {
    return this == BEFORE || this == BEFORE_GRPC || this == BEFORE_NDJSON;
  }

  boolean isBridge() {
    return program.isEmpty();
  }
}
