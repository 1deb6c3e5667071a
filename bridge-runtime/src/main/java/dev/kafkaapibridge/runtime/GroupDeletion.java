package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.runtime.cluster.ConnectionSettings;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.refs.References;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a bridge's consumer group and with it its committed offsets: {@code delete-group FILE}.
 * Brokers refuse while the group has members, and a process that was killed is one until its
 * session ends; so it is tried for a while.
 */
final class GroupDeletion {

  /** What a try is, and how long is waited before the next one. */
  interface Tries {
    /**
     * @throws KafkaException why not
     */
    void deleteGroup();

    /** False when there is no time for another one. */
    boolean again();
  }

  private static final Duration TRIED_FOR = Duration.ofMinutes(2);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(3);

  private GroupDeletion() {}

  /** Returns the exit code, and tells the person or the operator what came of it. */
  static int of(KafkaApiBridge bridge, Path refs) {
    Names names = Names.of(bridge);
    String group = names.group();
    ConsumerStatus before = bridge.status().consumer();
    String expected = before == null ? null : before.clusterID();
    long until = System.nanoTime() + TRIED_FOR.toNanos();
    try (var cluster =
        new KafkaCluster(
            ConnectionSettings.of(bridge.spec().kafka(), group, new References(refs, bridge.spec()))
                ::map,
            IsolationLevel.READ_COMMITTED)) {
      String failure =
          attempt(
              new Tries() {
                @Override
                public void deleteGroup() {
                  sameCluster(expected, cluster.connect());
                  deleteIfThere(cluster, DerivedNames.replayGroup(group));
                  deleteIfThere(cluster, names.retryGroup());
                  cluster.deleteGroup(group);
                }

                @Override
                public boolean again() {
                  return System.nanoTime() < until && slept();
                }
              });
      if (failure.isEmpty()) {
        System.out.println("consumer group '" + group + "' is deleted");
        return 0;
      }
      System.err.println("consumer group '" + group + "' was not deleted: " + failure);
      return 1;
    }
  }

  /** The brokers of that name may be others by now, and the group another application's. */
  static void sameCluster(@Nullable String expected, String found) {
    if (expected != null && !expected.equals(found)) {
      throw new AnotherCluster(expected, found);
    }
  }

  /** Trying again doesn't help. */
  private static final class AnotherCluster extends KafkaException {
    AnotherCluster(String expected, String found) {
      super(
          "the brokers belong to cluster %s, and the bridge has run on %s"
              .formatted(found, expected));
    }
  }

  /** Most bridges have none, and may not have the right to delete it. */
  private static void deleteIfThere(KafkaCluster cluster, String group) {
    try {
      cluster.deleteGroup(group);
    } catch (GroupIdNotFoundException e) {
      // nothing was ever replayed, or put aside
    } catch (AuthorizationException e) {
      System.err.println("consumer group '" + group + "', if it is there, stays: no right");
    }
  }

  /** Empty when the group is gone; else what stood in the way. */
  static String attempt(Tries tries) {
    while (true) {
      String failure;
      try {
        tries.deleteGroup();
        return "";
      } catch (GroupIdNotFoundException e) {
        return "";
      } catch (AuthorizationException e) {
        return "the brokers don't allow it, the right to DELETE the group is missing";
      } catch (AnotherCluster e) {
        return String.valueOf(e.getMessage());
      } catch (GroupNotEmptyException e) {
        failure = "it still has members";
      } catch (KafkaException e) {
        failure = String.valueOf(e.getMessage());
      }
      if (!tries.again()) {
        return failure;
      }
    }
  }

  private static boolean slept() {
    try {
      Thread.sleep(AGAIN_AFTER);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
