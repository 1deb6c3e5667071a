package dev.kafkaapibridge.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class GroupDeletionTest {

  private static final KafkaException MEMBERS = new GroupNotEmptyException("members");
  private static final KafkaException AWAY = new TimeoutException("no answer within 10 s");

  @Test
  void aGroupWithMembersAndBrokersThatAreAwayAreTriedAgain() {
    assertThat(GroupDeletion.attempt(tries(10, MEMBERS, AWAY))).isEmpty();
  }

  @Test
  void aGroupThatIsNotThereIsDeleted() {
    assertThat(GroupDeletion.attempt(tries(0, new GroupIdNotFoundException("crm")))).isEmpty();
  }

  @Test
  void whatStoodInTheWayLastIsSaid() {
    assertThat(GroupDeletion.attempt(tries(1, AWAY, MEMBERS))).isEqualTo("it still has members");
    assertThat(GroupDeletion.attempt(tries(0, AWAY))).isEqualTo("no answer within 10 s");
  }

  @Test
  void aMissingRightIsNotWaitedFor() {
    assertThat(GroupDeletion.attempt(tries(10, GroupAuthorizationException.forGroupId("crm"))))
        .contains("the right to DELETE the group is missing");
  }

  @Test
  void theGroupOfAnotherClusterIsLeftAndNotTriedAgain() {
    var tried = new ArrayDeque<String>();
    String failure =
        GroupDeletion.attempt(
            new GroupDeletion.Tries() {
              @Override
              public void deleteGroup() {
                GroupDeletion.sameCluster("a-cluster", "another");
                tried.add("deleted");
              }

              @Override
              public boolean again() {
                throw new AssertionError("tried again");
              }
            });
    assertThat(failure).contains("cluster another", "run on a-cluster");
    assertThat(tried).isEmpty();
    GroupDeletion.sameCluster(null, "another");
    GroupDeletion.sameCluster("a-cluster", "a-cluster");
  }

  /** Fails so, one after the other, then succeeds; {@code more} tries after the first. */
  private static GroupDeletion.Tries tries(int more, KafkaException... failures) {
    Deque<KafkaException> script = new ArrayDeque<>(List.of(failures));
    return new GroupDeletion.Tries() {
      private int left = more;

      @Override
      public void deleteGroup() {
        KafkaException failure = script.poll();
        if (failure != null) {
          throw failure;
        }
      }

      @Override
      public boolean again() {
        return left-- > 0;
      }
    };
  }
}
