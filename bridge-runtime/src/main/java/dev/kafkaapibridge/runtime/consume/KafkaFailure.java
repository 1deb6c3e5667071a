package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.certificates.TlsFailure;
import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.cluster.CredentialMissing;
import dev.kafkaapibridge.runtime.record.CleanText;
import java.util.Collection;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What a failure of the Kafka client means to whoever runs the bridge: the reason of
 * KafkaConnected, and a sentence with the fix. Pure.
 */
public final class KafkaFailure {

  private KafkaFailure() {}

  public static Health health(Exception e) {
    return switch (e) {
      case SslAuthenticationException ignored ->
          bad(
              "TLSFailed",
              "TLS to the brokers failed: "
                  + TlsFailure.of(e)
                  + ". Check spec.kafka.tls and the listener's certificate.");
      case AuthenticationException no -> bad("AuthenticationFailed", withoutEntry(no));
      case TopicAuthorizationException topics ->
          bad(
              "AuthorizationFailed",
              "No right to the topics "
                  + topics.unauthorizedTopics()
                  + ": allow Read and Describe on them.");
      case GroupAuthorizationException group ->
          bad(
              "AuthorizationFailed",
              "No right to the consumer group '" + group.groupId() + "': allow Read on it.");
      case AuthorizationException ignored ->
          bad("AuthorizationFailed", "The brokers refused the request: " + text(e) + ".");
      case UnknownTopicOrPartitionException ignored ->
          bad("TopicNotFound", text(e) + ". Create it, or correct spec.kafka.topics.");
      case OffsetOutOfRangeException out -> outOfRange(out.partitions());
      case TimeoutException ignored -> unreachable(e);
      case DisconnectException ignored -> unreachable(e);
      case RetriableException ignored -> unreachable(e);
      default ->
          e.getCause() instanceof ConfigException config
              ? unreachable(config)
              : bad("KafkaFailed", "The Kafka client failed: " + text(e) + ". It is tried again.");
    };
  }

  /** Of partitions whose next record is gone, where the spec wants to stop then. */
  static Health outOfRange(Collection<TopicPartition> partitions) {
    return bad(
        "OffsetOutOfRange",
        "The position is gone in "
            + partitions
            + ", and spec.kafka.onOffsetOutOfRange is Stop: records were lost to retention. Set it to Earliest or Latest to go on.");
  }

  private static Health unreachable(Throwable e) {
    return bad(
        "BootstrapUnreachable",
        "The brokers can't be reached: "
            + text(e)
            + ". Check the brokers that spec.kafka names, and the network.");
  }

  private static Health bad(String reason, String message) {
    return new Health(false, reason, message);
  }

  /** The client says the same where there was nothing to show, and where that was refused. */
  private static String withoutEntry(AuthenticationException e) {
    Throwable cause = e;
    for (int i = 0; cause != null && i < 16; i++) {
      if (cause instanceof CredentialMissing) {
        return text(cause);
      }
      cause = cause.getCause();
    }
    return "The brokers refused the credentials: %s. Check spec.kafka.authentication, or the binding."
        .formatted(text(e));
  }

  private static String text(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return CleanText.of(message, 300);
  }
}
