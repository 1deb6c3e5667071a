package dev.kafkaapibridge.runtime.letters;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.letters.LetterQuery.What;
import dev.kafkaapibridge.runtime.record.CleanText;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/** {@code dead-letters list | show | export}: JSON to one stream, what went wrong to another. */
public final class DeadLetterCommand {

  private final Map<String, Object> connection;
  private final String topic;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param connection settings that all clients share
   * @param topic the dead-letter topic
   */
  public DeadLetterCommand(
      Map<String, Object> connection, String topic, PrintStream out, PrintStream err) {
    this.connection = connection;
    this.topic = topic;
    this.out = out;
    this.err = err;
  }

  /** Returns the exit code. */
  public int run(LetterQuery query) {
    try (var cluster = new KafkaCluster(() -> connection, IsolationLevel.READ_COMMITTED)) {
      cluster.connect();
      List<TopicPartition> partitions =
          cluster.partitions(List.of(topic)).stream()
              .sorted(Comparator.comparing(TopicPartition::partition))
              .toList();
      if (partitions.isEmpty()) {
        return fail(
            "topic '%s' does not exist: no dead letter was written yet, or its name is another"
                .formatted(topic));
      }
      try (var reader = LetterReader.of(connection)) {
        return switch (query.what()) {
          case What.One(int partition, long offset) ->
              show(reader, new TopicPartition(topic, partition), offset, partitions);
          case What.Overview ignored -> list(reader, partitions, query, false);
          case What.Whole ignored -> list(reader, partitions, query, true);
        };
      }
    } catch (AuthorizationException e) {
      return fail(
          "the right to Describe and Read topic '%s' is missing: kafka-acls.sh --add --operation Read --topic %s --allow-principal PRINCIPAL"
              .formatted(topic, topic));
    } catch (KafkaException e) {
      return fail(
          "topic '%s' can't be read: %s"
              .formatted(topic, CleanText.of(String.valueOf(e.getMessage()), 300)));
    }
  }

  private int list(
      LetterReader reader, List<TopicPartition> partitions, LetterQuery query, boolean whole) {
    var taken = new long[1];
    reader.read(
        partitions,
        record -> {
          var letter = new Letter(record);
          if (query.takes(letter)) {
            out.println(whole ? LetterJson.whole(letter) : LetterJson.line(letter));
            taken[0]++;
          }
          boolean gone = taken[0] % 1_000 == 0 && out.checkError(); // who has read it so far
          return taken[0] < query.limit() && !gone;
        });
    return written();
  }

  /** A stream for people tells of no failure by itself. */
  private int written() {
    return out.checkError()
        ? fail("standard output is closed or full: not all letters were written")
        : 0;
  }

  private int show(
      LetterReader reader, TopicPartition place, long offset, List<TopicPartition> partitions) {
    Optional<ConsumerRecord<byte[], byte[]>> record =
        partitions.contains(place) ? reader.at(place, offset) : Optional.empty();
    if (record.isEmpty()) {
      return fail(
          "nothing lies at %d@%d of topic '%s': retention has taken it, or it never was there"
              .formatted(place.partition(), offset, topic));
    }
    out.println(LetterJson.page(new Letter(record.get())));
    return written();
  }

  private int fail(String sentence) {
    err.println(sentence);
    return 1;
  }
}
