package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GroupClaimTest {

  private static final String TEN = "2026-11-25T10:00:00Z";
  private static final String ELEVEN = "2026-11-25T11:00:00Z";

  private final Map<Bridge, GroupClaim> accepted = new HashMap<>();
  private final Map<Bridge, Set<GroupClaim>> written = new HashMap<>();

  @Test
  void theOlderIsFirstAndOfTwoThatCameAtOnceTheSmallerUid() {
    Bridge older = bridge("b", "2", TEN, "");
    Bridge younger = bridge("a", "1", ELEVEN, "");
    Bridge twin = bridge("c", "3", TEN, "");

    assertThat(before(older, younger, twin)).isNull();
    assertThat(before(younger, older, twin)).isEqualTo(older);
    assertThat(before(twin, older, younger)).isEqualTo(older);
  }

  @Test
  void whoHasTheGroupKeepsIt() {
    Bridge older = bridge("a", "1", TEN, "");
    Bridge younger = bridge("b", "2", ELEVEN, "");
    accepted.put(younger, claim(younger));

    assertThat(before(older, younger)).isEqualTo(younger);
    assertThat(before(younger, older)).isNull();
  }

  @Test
  void whoMovesToOtherBrokersTakesTheGroupFromNobody() {
    Bridge moves = bridge("a", "1", TEN, "");
    Bridge stays = bridge("b", "2", ELEVEN, "");
    accepted.put(moves, new GroupClaim("elsewhere:9092", "crm"));
    accepted.put(stays, claim(stays));

    assertThat(before(moves, stays)).isEqualTo(stays);
    assertThat(before(stays, moves)).isNull();
  }

  @Test
  void whoMovesKeepsTheGroupWhereItsPodsAreUntilTheLastIsGone() {
    Bridge moves = at("elsewhere:9092", "a", "1", TEN, condition("True", "Accepted", 1));
    Bridge waits = bridge("b", "2", TEN, inUse());
    accepted.put(moves, claim(moves));
    written.put(moves, Set.of(claim(waits), claim(moves)));

    assertThat(before(waits, moves)).isEqualTo(moves);
    assertThat(before(moves, waits)).isNull();

    written.put(moves, Set.of(claim(moves)));
    assertThat(before(waits, moves)).isNull();
  }

  @Test
  void aNewProcessGoesByWhatIsWrittenOnThePods() {
    Bridge moves = at("elsewhere:9092", "a", "1", TEN, condition("False", "InvalidSpec", 1));
    Bridge waits = bridge("b", "2", TEN, inUse());
    written.put(moves, Set.of(claim(waits)));

    assertThat(before(waits, moves)).isEqualTo(moves);
  }

  @Test
  void oneBrokerInCommonIsTheSameCluster() {
    Bridge holds = at("kafka:9092,second:9092", "a", "1", ELEVEN, "");
    Bridge younger = bridge("b", "2", ELEVEN, "");
    accepted.put(holds, claim(holds));
    written.put(holds, Set.of(claim(holds)));

    assertThat(before(younger, holds)).isEqualTo(holds);
    assertThat(before(holds, younger)).isNull();
    assertThat(before(at("third:9092", "c", "3", TEN, ""), holds)).isNull();
  }

  @Test
  void whatIsWrittenOnAPodIsReadAgain() {
    GroupClaim odd = new GroupClaim("a:1,b:2", "crm@home");

    assertThat(GroupClaim.read(odd.written())).contains(odd);
    assertThat(GroupClaim.read("nothing of the kind")).isEmpty();
    assertThat(GroupClaim.read(null)).isEmpty();
  }

  @Test
  void aProcessThatHasJustBegunGoesByWhatWasWritten() {
    Bridge older = bridge("a", "1", TEN, inUse());
    Bridge younger = bridge("b", "2", ELEVEN, condition("True", "Accepted", 1));

    assertThat(before(older, younger)).isEqualTo(younger);
    assertThat(before(younger, older)).isNull();
  }

  @Test
  void whoCannotRunAndNeverHasKeepsNobodyAway() {
    Bridge broken = bridge("a", "1", TEN, condition("False", "InvalidSpec", 1));
    Bridge younger = bridge("b", "2", ELEVEN, "");

    assertThat(before(younger, broken)).isNull();
  }

  @Test
  void whoRunsKeepsTheGroupAlsoWithASpecThatIsRefused() {
    Bridge broken =
        bridge(
            "a",
            "1",
            TEN,
            condition("False", "InvalidSpec", 1) + ", consumer: {startedAt: '" + TEN + "'}");
    Bridge younger = bridge("b", "2", ELEVEN, "");

    assertThat(before(younger, broken)).isEqualTo(broken);
  }

  @Test
  void exactlyOneOfAnyNumberIsFirst() {
    List<Bridge> all =
        List.of(
            bridge("a", "1", TEN, inUse()),
            bridge("b", "2", TEN, ""),
            bridge("c", "3", ELEVEN, condition("True", "Accepted", 1)),
            bridge("d", "4", ELEVEN, condition("True", "Accepted", 1)));

    assertThat(all)
        .filteredOn(bridge -> before(bridge, all.toArray(Bridge[]::new)) == null)
        .extracting(bridge -> bridge.getMetadata().getName())
        .containsExactly("c");
  }

  @Test
  void brokersAreComparedAsASet() {
    assertThat(claim(withKafka("{bootstrapServers: 'a:1, B:2', consumerGroup: crm}")))
        .isEqualTo(claim(withKafka("{bootstrapServers: 'b:2,a:1', consumerGroup: crm}")));
    assertThat(claim(withKafka("{bootstrapServers: 'a:1'}")).group()).isEqualTo("shop.a");
  }

  @Test
  void whatABindingLeadsToIsClaimedByTheBindingsName() {
    GroupClaim bound = claim(withKafka("{bindingSecretRef: {name: access}, consumerGroup: crm}"));
    assertThat(bound.written()).isEqualTo("crm@binding/shop/access");
    assertThat(
            bound.meets(claim(withKafka("{bindingSecretRef: {name: access}, consumerGroup: crm}"))))
        .isTrue();
    assertThat(bound.meets(claim(withKafka("{bindingSecretRef: {name: b}, consumerGroup: crm}"))))
        .isFalse();
    assertThat(bound.addresses()).isEqualTo("BROKERS");
  }

  @Test
  void aClusterOfStrimzisIsClaimedByItsNameAndByWhereItIs() {
    GroupClaim referring =
        claim(withKafka("{strimziClusterRef: {name: prod}, consumerGroup: crm}"));
    assertThat(referring.written()).isEqualTo("crm@strimzi/shop/prod");
    assertThat(
            claim(
                    withKafka(
                        "{strimziClusterRef: {name: prod, namespace: kafka}, consumerGroup: crm}"))
                .meets(referring))
        .isFalse();
    GroupClaim found = GroupClaim.of("crm", "strimzi/shop/prod,a:1");
    assertThat(found.meets(referring)).isTrue();
    assertThat(found.meets(claim(withKafka("{bootstrapServers: 'a:1', consumerGroup: crm}"))))
        .isTrue();
    assertThat(found.addresses()).isEqualTo("a:1");
  }

  @Test
  void aReferenceOfWhichNothingIsKnownKeepsNobodyAway() {
    String kafka = "{strimziClusterRef: {name: prod, namespace: kafka}, consumerGroup: crm}";
    Bridge stranger = bridge("a", "1", TEN, condition("True", "Accepted", 1), kafka);
    Bridge owner = bridge("b", "2", ELEVEN, "", kafka);

    assertThat(before(owner, stranger)).isNull();

    Bridge ran =
        bridge(
            "c",
            "3",
            TEN,
            condition("True", "Accepted", 1) + ", consumer: {startedAt: '" + TEN + "'}",
            kafka);
    assertThat(before(owner, ran)).isEqualTo(ran);
  }

  @Test
  void whatIsTooOddClaimsNothing() {
    for (String kafka : List.of("7", "{bootstrapServers: [a]}", "{strimziClusterRef: {}}")) {
      assertThat(GroupClaim.of(withKafka(kafka))).as(kafka).isEmpty();
    }
    assertThat(GroupClaim.of(new Bridge())).isEmpty();
  }

  @Test
  void theOneThatWaitsIsToldForWhom() {
    Bridge other = bridge("first", "1", TEN, "");
    other.getMetadata().setNamespace("sales");

    assertThat(claim(other).refuse(bridge("a", "2", TEN, ""), other).message())
        .startsWith("Consumer group 'crm' is used by KafkaApiBridge 'sales/first'");
  }

  private Bridge before(Bridge bridge, Bridge... others) {
    List<Bridge> all = Stream.of(others).toList();
    return claim(bridge).before(bridge, all, this::held).orElse(null);
  }

  private GroupClaim.Held held(Bridge bridge) {
    return new GroupClaim.Held(
        accepted.get(bridge), GroupClaim.unseen(bridge), written.getOrDefault(bridge, Set.of()));
  }

  private static Bridge at(String brokers, String name, String uid, String created, String status) {
    return bridge(
        name,
        uid,
        created,
        status,
        "{bootstrapServers: '%s', consumerGroup: crm}".formatted(brokers));
  }

  private static GroupClaim claim(Bridge bridge) {
    return GroupClaim.of(bridge).orElseThrow();
  }

  private static Bridge withKafka(String kafka) {
    return bridge("a", "1", TEN, "", kafka);
  }

  private static Bridge bridge(String name, String uid, String created, String status) {
    return bridge(
        name, uid, created, status, "{bootstrapServers: 'kafka:9092', consumerGroup: crm}");
  }

  private static Bridge bridge(
      String name, String uid, String created, String status, String kafka) {
    return Bridges.read(
        """
        metadata: {name: %s, namespace: shop, uid: '%s', generation: 1, creationTimestamp: '%s'}
        spec: {kafka: %s}
        status: {%s}
        """
            .formatted(name, uid, created, kafka, status));
  }

  private static String inUse() {
    return condition("False", "ConsumerGroupInUse", 1);
  }

  private static String condition(String status, String reason, int generation) {
    return "conditions: [{type: Accepted, status: '%s', reason: %s, observedGeneration: %d}]"
        .formatted(status, reason, generation);
  }
}
