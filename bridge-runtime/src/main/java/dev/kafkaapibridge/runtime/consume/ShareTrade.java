package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.quota.Purse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every two seconds what the group's commits say of shares of a rate limit: who needs more,
 * and what is lent to whom. Without an answer nothing is lent or borrowed anew, and what is ends by
 * itself.
 */
public final class ShareTrade {

  private static final Logger log = LoggerFactory.getLogger(ShareTrade.class);

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final KafkaCluster cluster;
  private final String group;
  private final ConsumptionView view;
  private final Purse purse;

  public ShareTrade(KafkaCluster cluster, String group, ConsumptionView view, Purse purse) {
    this.cluster = cluster;
    this.group = group;
    this.view = view;
    this.purse = purse;
  }

  /** Until the thread is interrupted; at once where there is nothing to trade. */
  public void run() {
    if (!purse.trades()) {
      return;
    }
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(INTERVAL);
        if (view.hasBeenAssigned()) {
          look();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look() throws InterruptedException {
    try {
      long askedAt = purse.now();
      purse.trade(sections(cluster.committed(group)), askedAt);
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      Thread.interrupted(); // the client has set it again; the exception carries it
      throw new InterruptedException();
    } catch (KafkaException e) {
      log.atDebug().setCause(e).log("the group's commits could not be read; tried again");
    } catch (RuntimeException e) {
      // A fault of this program. Shares by partition go on.
      log.atError().setCause(e).log("shares of the rate limit could not be traded; tried again");
    }
  }

  private static Map<TopicPartition, String> sections(
      Map<TopicPartition, OffsetAndMetadata> committed) {
    var sections = new HashMap<TopicPartition, String>();
    committed.forEach((partition, offset) -> {
      CommitMetadata metadata = CommitMetadata.decode(offset.offset(), offset.metadata());
      if (metadata != null && metadata.account() != null) {
        sections.put(partition, metadata.account());
      }
    });
    return sections;
  }
}
