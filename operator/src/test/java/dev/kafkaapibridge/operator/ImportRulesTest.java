package dev.kafkaapibridge.operator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.kafkaapibridge.api.v1alpha1.Condition;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** Who may know of whom. */
class ImportRulesTest {

  private static final JavaClasses OPERATOR =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.kafkaapibridge.operator");

  /** Everything that touches the world; the rest decides, from values alone. */
  private static final DescribedPredicate<JavaClass> EFFECTS =
      nameMatching(
              ".*\\.(KafkaApiBridgeReconciler|Judge|KafkaApiBridgeReplayReconciler|ReplayedBridges|Bridges|Headcount|ReferencedObjects|Lookout|Inquiry|Conversation|Names|StrimziClusters|KafkaInformers|Apply|Departure|DepartureReconciler|Finalizer|Watches|Leadership|ChildNames|Publisher|Memory|Observer|PodReports|EventRecorder|ProbeServer|ApiRequests|Pulse|Main|OperatorProcess|Cluster|Rights|OwnRights|WideJson)(\\$.*)?")
          .as("the classes with effects")
          .forSubtype();

  /** The SDK calls them, so they know it; what they render they render from values. */
  private static final DescribedPredicate<JavaClass> CALLED_BY_THE_SDK =
      nameMatching(".*\\.(Bridge|Replay|Rendered|BridgeNames|[A-Za-z]+Resource|Failure)(\\$.*)?")
          .forSubtype();

  @Test
  void theOperatorLeansOnTheContractAlone() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.kafkaapibridge.runtime..", "dev.kafkaapibridge.sandbox..", "okhttp3.."))
        .check(OPERATOR);
  }

  /** Its client believes what a broker says of itself; the operator asks whom tenants name. */
  @Test
  void ofKafkaThereAreMessagesAloneAndOnlyWhereOffsetsAreLookedAt() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..operator.offsets..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.apache.kafka.."))
        .check(OPERATOR);
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.apache.kafka.clients..", "org.apache.kafka.common.network.."))
        .check(OPERATOR);
  }

  @Test
  void lookingAtOffsetsKnowsNothingOfKubernetes() {
    noClasses()
        .that()
        .resideInAPackage("..operator.offsets..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.fabric8..",
                "io.javaoperatorsdk..",
                "..operator.bridge..",
                "..operator.scale.."))
        .check(OPERATOR);
  }

  @Test
  void decisionsKnowNoClientNoClockAndNoNetwork() {
    noClasses()
        .that(DescribedPredicate.not(EFFECTS))
        .and(DescribedPredicate.not(CALLED_BY_THE_SDK))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.fabric8.kubernetes.client..", "io.javaoperatorsdk..", "java.net.http..")
                .or(type(Clock.class)))
        .check(OPERATOR);
  }

  @Test
  void onlyEffectsKnowWhatTimeItIs() {
    noClasses()
        .that(DescribedPredicate.not(EFFECTS))
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.OffsetDateTime.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(OPERATOR);
  }

  @Test
  void conditionsAreMadeByTheReportAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..bridge.report..")
        .should()
        .callConstructorWhere(
            com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                    type(Condition.class))))
        .check(OPERATOR);
  }

  @Test
  void whatIsRenderedKnowsNothingOfWhatIsSeenOrReported() {
    noClasses()
        .that()
        .resideInAnyPackage("..bridge.resources..", "..bridge.pod..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("..bridge.observe..", "..bridge.report.."))
        .check(OPERATOR);
  }

  /** The benchmark decides with the very same classes, in virtual time. */
  @Test
  void countingPodsKnowsNothingButNumbers() {
    noClasses()
        .that()
        .resideInAPackage("..operator.scale..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.not(
                resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.math..",
                    "org.jspecify..",
                    "..operator.scale..")))
        .check(OPERATOR);
  }

  @Test
  void generalThingsKnowNothingOfBridges() {
    noClasses()
        .that()
        .resideInAPackage("..operator.kube..")
        .should()
        .dependOnClassesThat(resideInAPackage("..operator.bridge.."))
        .check(OPERATOR);
  }
}
