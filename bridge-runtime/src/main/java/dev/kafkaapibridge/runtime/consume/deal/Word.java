package dev.kafkaapibridge.runtime.consume.deal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What members of a group tell each other of partitions, as the bytes that ride with a member's
 * subscription and with what it is assigned. Members of other builds read it, and write others:
 * what can't be read says nothing. Pure.
 *
 * <pre>
 *   version 1, then for each topic: length of name (int16), name, number of partitions (int32),
 *   for each: number (int32), records a second (float32), backlog (float32)
 * </pre>
 */
final class Word {

  private static final byte VERSION = 1;

  private static final int OF_A_PARTITION = Integer.BYTES + 2 * Float.BYTES;

  private Word() {}

  static ByteBuffer written(Map<TopicPartition, Brings> known) {
    var topics = new TreeMap<String, List<TopicPartition>>();
    known
        .keySet()
        .forEach(
            each -> topics.computeIfAbsent(each.topic(), topic -> new ArrayList<>()).add(each));
    int bytes = 1;
    for (String topic : topics.keySet()) {
      bytes += Short.BYTES + utf8(topic).length + Integer.BYTES;
    }
    ByteBuffer to = ByteBuffer.allocate(bytes + known.size() * OF_A_PARTITION).put(VERSION);
    topics.forEach((topic, partitions) -> {
      byte[] name = utf8(topic);
      to.putShort((short) name.length).put(name).putInt(partitions.size());
      for (TopicPartition each : partitions) {
        Brings brings = known.getOrDefault(each, new Brings(0, 0));
        to.putInt(each.partition())
            .putFloat((float) brings.perSecond())
            .putFloat((float) brings.backlog());
      }
    });
    return to.flip();
  }

  /**
   * @param said null: nothing was
   */
  static Map<TopicPartition, Brings> read(@Nullable ByteBuffer said) {
    if (said == null || !said.hasRemaining()) {
      return Map.of();
    }
    try {
      ByteBuffer from = said.duplicate();
      var known = new HashMap<TopicPartition, Brings>();
      if (from.get() == VERSION) {
        while (from.hasRemaining()) {
          readTopic(from, known);
        }
      }
      return known;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Map.of();
    }
  }

  private static void readTopic(ByteBuffer from, Map<TopicPartition, Brings> to) {
    int length = from.getShort();
    if (length < 0 || length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] name = new byte[length];
    from.get(name);
    String topic = new String(name, StandardCharsets.UTF_8);
    for (int left = from.getInt(); left > 0; left--) {
      to.put(
          new TopicPartition(topic, from.getInt()), new Brings(from.getFloat(), from.getFloat()));
    }
  }

  private static byte[] utf8(String topic) {
    return topic.getBytes(StandardCharsets.UTF_8);
  }
}
