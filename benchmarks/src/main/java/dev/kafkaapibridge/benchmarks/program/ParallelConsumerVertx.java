package dev.kafkaapibridge.benchmarks.program;

import io.confluent.parallelconsumer.vertx.VertxParallelEoSStreamProcessor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.util.List;

/** Confluent's parallel consumer with Vert.x: callbacks instead of threads. */
final class ParallelConsumerVertx {

  private ParallelConsumerVertx() {}

  public static void main(String[] arguments) throws InterruptedException {
    Task task = Task.of(arguments);
    URI url = URI.create(task.url());
    var vertx = Vertx.vertx(new VertxOptions());
    var client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setMaxPoolSize(task.inFlight())
                .setKeepAlive(true)
                .setPipelining(false));
    var processor =
        new VertxParallelEoSStreamProcessor<byte[], byte[]>(
            vertx, client, ParallelConsumer.options(task));
    processor.subscribe(List.of(task.topic()));
    processor.vertxFuture(context ->
        client
            .post(url.getPort(), url.getHost(), url.getPath())
            .timeout(30_000)
            .putHeader("content-type", "application/octet-stream")
            .sendBuffer(Buffer.buffer(context.getSingleConsumerRecord().value())));
    Thread.currentThread().join();
  }
}
