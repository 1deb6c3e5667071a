package dev.kafkaapibridge.operator.bridge.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.certificates.PemCertificates;
import dev.kafkaapibridge.operator.strimzi.ClusterAuthority;
import dev.kafkaapibridge.operator.strimzi.ClusterName;
import dev.kafkaapibridge.operator.strimzi.Listener;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaAuthoritiesTest {

  private static final Instant NOW = Instant.parse("2027-06-01T00:00:00Z");

  /** {@code short} ends on 2027-11-30; {@code renewed} has its name and its key. */
  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          next-ca       | ca               | next-ca ca       | the former one stays beside the newest
          ca            | next-ca          | ca next-ca       | in the other order too
          next-ca ca    | ca               | next-ca ca       | none twice
          ca            | ca               | ca               | what didn't change stays as it is
          ca            | next-ca ca short | ca next-ca short | one that was found before is the newest again
          ca            |                  | ca               | nothing there yet
          ca            | short            | ca short         | one that hasn't expired
          renewed       | short            | renewed          | one that was renewed with its key does for both
          """)
  void ofARowOfAuthoritiesStay(String found, @Nullable String former, String stay, String why) {
    String there = former == null ? "" : pem(former);
    assertThat(union(found, there, NOW)).isEqualTo(pem(stay));
  }

  @Test
  void oneThatHasExpiredGoes() {
    Instant end = PemCertificates.in(pem("short")).getFirst().getNotAfter().toInstant();
    assertThat(union("ca", pem("short"), end.minusSeconds(1))).isEqualTo(pem("ca short"));
    assertThat(union("ca", pem("short"), end)).isEqualTo(pem("ca"));
  }

  @Test
  void theOldestGoWhereThereAreTooMany() {
    assertThat(PemCertificates.in(union("ca", pem("nine"), NOW)))
        .hasSize(KafkaAuthorities.MOST)
        .startsWith(PemCertificates.in(pem("ca")).getFirst())
        .endsWith(PemCertificates.in(pem("nine")).get(KafkaAuthorities.MOST - 2));
    assertThat(union("nine", pem("ca"), NOW)).as("all that is found now").isEqualTo(pem("nine"));
  }

  @Test
  void whatIsFoundNowHasItsRoom() {
    String large = "#".repeat(KafkaAuthorities.MOST_CHARACTERS - 700) + "\n" + pem("ca");
    Listener.Found found = found(large);
    assertThat(KafkaAuthorities.pem(found, pem("next-ca"), sealOf(pem("next-ca")), NOW))
        .isEqualTo(large);
  }

  @Test
  void damagedFormerContentIsIgnored() {
    String damaged = pem("next-ca").replace("MII", "!!!");
    for (String former : new String[] {"", "none", damaged, pem("next-ca").substring(0, 100)}) {
      assertThat(KafkaAuthorities.pem(found(pem("ca")), former, sealOf(pem("next-ca")), NOW))
          .isEqualTo(pem("ca"));
    }
    assertThat(KafkaAuthorities.pem(found(pem("ca")), null, null, NOW)).isEqualTo(pem("ca"));
  }

  /** Whoever may write ConfigMaps is not thereby to say whom pods trust. */
  @Test
  void oneThatThisListenerNeverHadIsNotTaken() {
    String added = pem("ca next-ca");
    for (@Nullable String seal : new @Nullable String[] {null, "", sealOf(pem("ca")), "a b c"}) {
      assertThat(KafkaAuthorities.pem(found(pem("ca")), added, seal, NOW)).isEqualTo(pem("ca"));
    }
    var other =
        new Listener.Found(
            new ClusterName("kafka", "other"), "tls", "other:9093", true, pem("ca"), "");
    assertThat(KafkaAuthorities.pem(other, added, sealOf(added), NOW))
        .as("of another cluster")
        .isEqualTo(pem("ca"));
    assertThat(KafkaAuthorities.seal(other, sealOf(pem("next-ca"))))
        .isEqualTo(KafkaAuthorities.seal(other, null));
  }

  @Test
  void aSealKnowsTheNewestAndIsBounded() {
    String first = sealOf(pem("ca"));
    String second = KafkaAuthorities.seal(found(pem("next-ca")), first);
    assertThat(second.split(" ")).startsWith("kafka/prod/tls").hasSize(3);
    assertThat(KafkaAuthorities.seal(found(pem("next-ca")), second)).isEqualTo(second);
    assertThat(KafkaAuthorities.seal(found(pem("nine")), second).split(" "))
        .hasSize(1 + KafkaAuthorities.MOST);
  }

  private static String union(String found, String former, Instant now) {
    return KafkaAuthorities.pem(found(pem(found)), former, sealOf(former), now);
  }

  /** As it is when all of them were found once. */
  private static String sealOf(String former) {
    @Nullable String seal = null;
    for (var one : PemCertificates.in(former).reversed()) {
      seal = KafkaAuthorities.seal(found(ClusterAuthority.pem(one)), seal);
    }
    return seal == null ? "" : seal;
  }

  private static Listener.Found found(String pem) {
    return new Listener.Found(new ClusterName("kafka", "prod"), "tls", "prod:9093", true, pem, "");
  }

  private static String pem(String names) {
    return Arrays.stream(names.split(" "))
        .map(name -> ClusterAuthority.pem(name).strip() + "\n")
        .collect(Collectors.joining());
  }
}
