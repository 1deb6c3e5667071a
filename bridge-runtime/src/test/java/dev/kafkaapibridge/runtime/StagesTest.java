package dev.kafkaapibridge.runtime;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which stage may know which: the arrows of ARCHITECTURE.md. */
class StagesTest {

  private static final JavaClasses RUNTIME =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.kafkaapibridge.runtime");

  @Test
  void aStageKnowsOnlyTheStagesAfterIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("wiring")
        .definedBy("dev.kafkaapibridge.runtime")
        .layer("telemetry")
        .definedBy("..runtime.telemetry..")
        .layer("letters")
        .definedBy("..runtime.letters..")
        .layer("consume")
        .definedBy("..runtime.consume..")
        .layer("dispatch")
        .definedBy("..runtime.dispatch..")
        .layer("answer")
        .definedBy("..runtime.answer..")
        .layer("deadletter")
        .definedBy("..runtime.deadletter..")
        .layer("deliver")
        .definedBy("..runtime.deliver..")
        .layer("target")
        .definedBy("..runtime.target..")
        .layer("pace")
        .definedBy("..runtime.pace..")
        .layer("quota")
        .definedBy("..runtime.quota..")
        .layer("cluster")
        .definedBy("..runtime.cluster..")
        .layer("refs")
        .definedBy("..runtime.refs..")
        .layer("transform")
        .definedBy("..runtime.transform..")
        .layer("schema")
        .definedBy("..runtime.schema..")
        .layer("connect")
        .definedBy("..runtime.connect..")
        .layer("record")
        .definedBy("..runtime.record..")
        .whereLayer("wiring")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("telemetry")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("letters")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("consume")
        .mayOnlyBeAccessedByLayers("wiring", "telemetry")
        .whereLayer("dispatch")
        .mayOnlyBeAccessedByLayers("wiring", "consume")
        .whereLayer("answer")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("deadletter")
        .mayOnlyBeAccessedByLayers("wiring", "answer")
        .whereLayer("deliver")
        .mayOnlyBeAccessedByLayers(
            "wiring", "telemetry", "consume", "dispatch", "deadletter", "answer")
        .whereLayer("target")
        .mayOnlyBeAccessedByLayers("wiring", "telemetry", "deliver", "deadletter", "answer")
        .whereLayer("quota")
        .mayOnlyBeAccessedByLayers("wiring", "telemetry", "consume", "deliver")
        .whereLayer("pace")
        .mayOnlyBeAccessedByLayers("wiring", "telemetry", "consume", "deliver", "target")
        .whereLayer("transform")
        .mayOnlyBeAccessedByLayers("wiring", "target", "answer")
        .whereLayer("schema")
        .mayOnlyBeAccessedByLayers("wiring", "telemetry", "target", "transform")
        .whereLayer("connect")
        .mayOnlyBeAccessedByLayers("target", "schema", "cluster")
        .whereLayer("cluster")
        .mayOnlyBeAccessedByLayers("wiring", "telemetry", "consume", "deadletter", "letters")
        .check(RUNTIME);
    slices().matching("dev.kafkaapibridge.runtime.(*)..").should().beFreeOfCycles().check(RUNTIME);
  }

  @Test
  void decisionsKnowNoClientAndNoClock() {
    noClasses()
        .that()
        .haveSimpleName("OffsetLedger")
        .or()
        .haveSimpleName("OffsetRanges")
        .or()
        .haveSimpleName("CommitMetadata")
        .or()
        .haveSimpleName("LearnedRate")
        .or()
        .haveFullyQualifiedName("dev.kafkaapibridge.runtime.pace.Opening")
        .or()
        .haveFullyQualifiedName("dev.kafkaapibridge.runtime.pace.Course")
        .or()
        .haveFullyQualifiedName("dev.kafkaapibridge.runtime.pace.Ceiling")
        .or()
        .haveFullyQualifiedName("dev.kafkaapibridge.runtime.pace.Probe")
        .or()
        .haveFullyQualifiedName("dev.kafkaapibridge.runtime.pace.Lowered")
        .or()
        .haveSimpleName("AdvertisedLimit")
        .or()
        .haveSimpleName("Concurrency")
        .or()
        .haveFullyQualifiedName("dev.kafkaapibridge.runtime.deliver.Round")
        .or()
        .haveSimpleName("Growth")
        .or()
        .haveSimpleName("UsualFailures")
        .or()
        .haveSimpleName("FlowControl")
        .or()
        .haveSimpleName("StartPosition")
        .or()
        .haveSimpleName("DrainTimes")
        .or()
        .haveSimpleName("LaneKey")
        .or()
        .haveSimpleName("RetrySchedule")
        .or()
        .haveSimpleName("HttpVerdicts")
        .or()
        .haveSimpleName("RetryAfter")
        .or()
        .haveSimpleName("DeadLetterHeaders")
        .or()
        .haveSimpleName("AnswerHeaders")
        .or()
        .haveSimpleName("AnswerEnvelope")
        .or()
        .haveSimpleName("KafkaFailure")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.apache.kafka.clients.producer..")
                .or(resideInAPackage("org.apache.kafka.clients.admin.."))
                .or(resideInAPackage("okhttp3.."))
                .or(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.type(
                        java.time.Clock.class)))
        .check(RUNTIME);
  }

  @Test
  void onlyThePollLoopsStageTouchesTheConsumerAndTheCommandThatReadsDeadLetters() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..runtime.consume..", "..runtime.letters..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.apache.kafka.clients.consumer.Consumer")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.apache.kafka.clients.consumer.KafkaConsumer")
        .check(RUNTIME);
  }

  @Test
  void theRuntimeKnowsNothingOfKubernetes() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "dev.kafkaapibridge.operator..")
        .check(RUNTIME);
  }
}
