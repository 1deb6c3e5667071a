package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.runtime.deadletter.FencedWriter;
import dev.kafkaapibridge.runtime.deadletter.RetryTopicWriter;
import dev.kafkaapibridge.runtime.deadletter.TopicWriter;
import dev.kafkaapibridge.runtime.deliver.KeyOrder;
import dev.kafkaapibridge.runtime.deliver.KeyTurns;
import dev.kafkaapibridge.runtime.deliver.RetryTopics;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import java.util.List;

/**
 * How records get into retry topics, and out again: in any order, by a consumer that is a member of
 * a group of its own ({@link Retries}); or in the order of their keys, by the source's poll loop,
 * beside the source partitions that they are of.
 */
sealed interface RetryWay extends AutoCloseable {

  RetryTopics topics();

  /** Whose turn it is, by what is aside. */
  KeyTurns turns();

  @Override
  void close();

  /**
   * @param tiers in the order in which records pass through them; may be none
   * @param standing of the source's group
   */
  static RetryWay of(
      List<RetryTopicWriter.Tier> tiers,
      KafkaSide kafka,
      GroupStanding standing,
      Slots slots,
      TopicWriter writer) {
    if (!kafka.aside.keepOrder()) {
      return new InAnyOrder(RetryTopicWriter.inAnyOrder(writer, tiers, kafka.group()));
    }
    var order = new KeyOrder(tiers.size(), slots, System::nanoTime);
    FencedWriter fenced = kafka.fencedWriter(standing);
    return new InOrderOfKeys(RetryTopicWriter.inOrder(fenced, tiers, kafka.group()), order, fenced);
  }

  record InAnyOrder(RetryTopics topics) implements RetryWay {

    @Override
    public KeyTurns turns() {
      return KeyTurns.NONE;
    }

    @Override
    public void close() {}
  }

  record InOrderOfKeys(RetryTopics topics, KeyOrder order, FencedWriter writer)
      implements RetryWay {

    @Override
    public KeyTurns turns() {
      return order;
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
