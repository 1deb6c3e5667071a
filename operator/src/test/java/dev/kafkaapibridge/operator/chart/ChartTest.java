package dev.kafkaapibridge.operator.chart;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path CHART = ROOT.resolve("charts/kafka-api-bridge");
  private static final String OF_MODEL = "crds/src/main/resources/dev/kafkaapibridge/api/";
  private static final String OF_CHART = "charts/kafka-api-bridge/files/";
  private static final List<String> CRDS =
      List.of("kafkaapibridgereplays.yaml", "kafkaapibridges.yaml");

  /**
   * Group, resource and verbs of every right. A change here is a change of what users are asked to
   * trust.
   */
  private static final List<String> RIGHTS =
      List.of(
          "apps/deployments: create get list patch watch",
          "apps/replicasets: get list watch",
          "batch/jobs: create get patch",
          "core/configmaps: create get list patch watch",
          "core/pods: get list watch",
          "core/serviceaccounts: create get list patch watch",
          "core/services: create get list patch watch",
          "events.k8s.io/events: create patch",
          "kafka-api-bridge.dev/kafkaapibridgereplays/status: patch",
          "kafka-api-bridge.dev/kafkaapibridgereplays: delete get list watch",
          "kafka-api-bridge.dev/kafkaapibridges/finalizers: update",
          "kafka-api-bridge.dev/kafkaapibridges/status: patch",
          "kafka-api-bridge.dev/kafkaapibridges: get list patch watch",
          "networking.k8s.io/networkpolicies: create delete get list patch watch",
          "policy/poddisruptionbudgets: create delete get list patch watch");

  @Test
  void helmFindsNothingToComplainAbout() {
    var lint = new Helm(CHART).lint().strict().call();

    assertThat(lint.getMessages()).noneMatch(message -> !message.startsWith("[INFO]"));
    assertThat(lint.isFailed()).isFalse();
  }

  @Test
  void theOperatorMayDoThisInTheWholeClusterAndNothingElse() {
    var chart = render(Map.of());

    assertThat(rights(operators(chart).getRules())).containsExactlyElementsOf(RIGHTS);
    assertThat(chart.only(ClusterRoleBinding.class).getSubjects())
        .singleElement()
        .satisfies(subject -> {
          assertThat(subject.getName()).isEqualTo("kafka-api-bridge-operator");
          assertThat(subject.getNamespace()).isEqualTo("kab");
        });
  }

  @Test
  void secretsAreReadOnlyWhereThatIsAskedForAndByNameAlone() {
    assertThat(RIGHTS).noneMatch(right -> right.contains("secrets"));
    var chart = render(Map.of("rbac.scaleToZero", true));

    var more = new ArrayList<>(RIGHTS);
    more.add("core/secrets: get");
    assertThat(rights(operators(chart).getRules())).containsExactlyInAnyOrderElementsOf(more);
  }

  @Test
  void kafkaResourcesAreSeenOnlyWhereThatIsAskedFor() {
    assertThat(RIGHTS).noneMatch(right -> right.contains("strimzi"));
    var chart = render(Map.of("strimzi.enabled", true));

    var more = new ArrayList<>(RIGHTS);
    more.add("kafka.strimzi.io/kafkas: list watch");
    assertThat(rights(operators(chart).getRules())).containsExactlyInAnyOrderElementsOf(more);

    var narrow =
        render(
            Map.of(
                "strimzi.enabled", true,
                "strimzi.namespaces[0]", "kafka",
                "strimzi.namespaces[1]", "shop",
                "watch.namespaces[0]", "shop"));
    assertThat(narrow.kinds()).doesNotContain("ClusterRole", "ClusterRoleBinding");
    assertThat(narrow.all(Role.class))
        .filteredOn(role -> "kafka".equals(role.getMetadata().getNamespace()))
        .singleElement()
        .satisfies(role ->
            assertThat(rights(role.getRules()))
                .containsExactly("kafka.strimzi.io/kafkas: list watch"));
    assertThat(narrow.all(Role.class))
        .filteredOn(role -> "shop".equals(role.getMetadata().getNamespace()))
        .singleElement()
        .satisfies(role -> assertThat(rights(role.getRules())).containsAll(more));
  }

  @Test
  void withoutCleanupJobsItMakesNoneAndCanStillTakeAFinalizerAway() {
    var chart = render(Map.of("rbac.cleanupJobs", false));

    assertThat(rights(operators(chart).getRules()))
        .contains("kafka-api-bridge.dev/kafkaapibridges: get list patch watch")
        .noneMatch(right -> right.startsWith("batch/"));
  }

  @Test
  void withNamespacesItGetsTheSameRightsInThoseAloneAndNothingOfTheClusters() {
    var chart = render(Map.of("watch.namespaces[0]", "sales", "watch.namespaces[1]", "shop"));

    assertThat(chart.kinds()).doesNotContain("ClusterRole", "ClusterRoleBinding");
    for (String namespace : List.of("sales", "shop")) {
      assertThat(chart.all(Role.class))
          .filteredOn(role -> namespace.equals(role.getMetadata().getNamespace()))
          .singleElement()
          .satisfies(role -> assertThat(rights(role.getRules())).containsExactlyElementsOf(RIGHTS));
    }
    assertThat(chart.all(RoleBinding.class))
        .extracting(binding -> binding.getMetadata().getNamespace())
        .containsExactlyInAnyOrder("sales", "shop", "kab");
    assertThat(chart.all(RoleBinding.class))
        .flatExtracting(RoleBinding::getSubjects)
        .allSatisfy(subject -> assertThat(subject.getNamespace()).isEqualTo("kab"));
    assertThat(value(chart, "KAB_WATCH_NAMESPACES")).isEqualTo("sales,shop");
  }

  @Test
  void theLeaseIsTheOperatorsOwnInItsOwnNamespace() {
    Role leader = render(Map.of()).only(Role.class);

    assertThat(leader.getMetadata().getNamespace()).isEqualTo("kab");
    assertThat(rights(leader.getRules()))
        .containsExactly(
            "coordination.k8s.io/leases [kafka-api-bridge-operator]: get patch update",
            "coordination.k8s.io/leases: create");
  }

  @Test
  void withoutLeaderElectionThereIsNoLeaseAndNeverASecondOperator() {
    var chart = render(Map.of("leaderElection.enabled", false));

    assertThat(chart.all(Role.class)).isEmpty();
    assertThat(value(chart, "KAB_LEADER_ELECTION")).isEqualTo("Disabled");
    assertThat(chart.only(Deployment.class).getSpec().getStrategy().getType())
        .isEqualTo("Recreate");
  }

  @Test
  void withoutRbacNoRightsAreGranted() {
    assertThat(render(Map.of("rbac.create", false)).kinds())
        .containsExactlyInAnyOrder(
            "CustomResourceDefinition",
            "CustomResourceDefinition",
            "ServiceAccount",
            "Deployment",
            "Service");
  }

  @Test
  void theOperatorFitsARestrictedNamespace() {
    PodSpec pod = pod(render(Map.of()));

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getContainers())
        .singleElement()
        .extracting(Container::getSecurityContext)
        .satisfies(context -> {
          assertThat(context.getAllowPrivilegeEscalation()).isFalse();
          assertThat(context.getReadOnlyRootFilesystem()).isTrue();
          assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
          assertThat(context.getCapabilities().getAdd()).isEmpty();
        });
  }

  @Test
  void itsTokenIsMountedByTheChartAndRenewed() {
    var chart = render(Map.of());
    PodSpec pod = pod(chart);

    assertThat(chart.only(ServiceAccount.class).getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getProjected() != null)
        .singleElement()
        .satisfies(volume ->
            assertThat(volume.getProjected().getSources().getFirst().getServiceAccountToken())
                .satisfies(token -> {
                  assertThat(token.getPath()).isEqualTo("token");
                  assertThat(token.getExpirationSeconds()).isEqualTo(3607);
                }));
  }

  @Test
  void prometheusFindsTheMetricsThroughTheService() {
    var chart = render(Map.of());

    assertThat(chart.only(Service.class).getSpec().getSelector())
        .isEqualTo(chart.only(Deployment.class).getSpec().getSelector().getMatchLabels());
    assertThat(chart.only(Service.class).getSpec().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getTargetPort().getStrVal()).isEqualTo("http"));
  }

  @Test
  void bothImagesAreOfTheChartsVersion() throws IOException {
    var chart = render(Map.of());
    String version = projectVersion();

    assertThat(pod(chart).getContainers().getFirst().getImage())
        .isEqualTo("localhost/kafka-api-bridge/operator:" + version);
    assertThat(value(chart, "KAB_RUNTIME_IMAGE"))
        .isEqualTo("localhost/kafka-api-bridge/runtime:" + version);
  }

  @Test
  void aDigestIsWhatIsPulled() {
    String digest = "sha256:" + "0123456789abcdef".repeat(4);
    var chart =
        render(
            Map.of("image.digest", digest, "image.tag", "1.2.3", "runtime.image.digest", digest));

    assertThat(pod(chart).getContainers().getFirst().getImage())
        .isEqualTo("localhost/kafka-api-bridge/operator@" + digest);
    assertThat(value(chart, "KAB_RUNTIME_IMAGE"))
        .isEqualTo("localhost/kafka-api-bridge/runtime@" + digest);
  }

  @Test
  void theReleasesNameIsInTheNamesOnce() {
    assertThat(operatorNamed("kafka-api-bridge")).isEqualTo("kafka-api-bridge-operator");
    assertThat(operatorNamed("bridges")).isEqualTo("bridges-kafka-api-bridge-operator");
    assertThat(operatorNamed("b".repeat(53))).hasSizeLessThanOrEqualTo(63);
  }

  @ParameterizedTest
  @CsvSource({
    "imagePullPolicy,           Always,      imagePullPolicy",
    "image.pullPolicy,          Sometimes,   /image/pullPolicy",
    "image.digest,              sha256:12,   /image/digest",
    "image.tag,                 a tag,       /image/tag",
    "replicas,                  0,           /replicas",
    "replicas,                  many,        /replicas",
    "watch.namespace,           shop,        namespace",
    "watch.namespaces[0],       Shop,        /watch/namespaces/0",
    "watch.namespaces,          shop,        /watch/namespaces",
    "crds.enabled,              yes,         /crds/enabled",
    "resources.limit.memory,    1Gi,         limit",
    "scrapers[0].pods,          all,         /scrapers/0",
    "imagePullSecrets[0].nam,   registry,    /imagePullSecrets/0",
  })
  void aValueThatTheChartDoesNotKnowIsRefusedByName(String name, String value, String named) {
    assertThatThrownBy(() -> render(Map.of(name, value)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("schema")
        .hasMessageContaining(named);
  }

  @Test
  void twoOperatorsWithoutLeaderElectionAreRefused() {
    assertThatThrownBy(() -> render(Map.of("replicas", 2, "leaderElection.enabled", false)))
        .hasMessageContaining("/leaderElection/enabled");
  }

  @Test
  void theChartCarriesTheVeryCrdOfTheModel() throws IOException {
    for (String crd : CRDS) {
      String model = OF_MODEL + crd;
      String chart = OF_CHART + crd;
      assertThat(Files.readString(ROOT.resolve(chart)))
          .as("the chart's copy of the CRD is another one; run: cp %s %s", model, chart)
          .isEqualTo(Files.readString(ROOT.resolve(model)));
    }
  }

  @Test
  void theCrdIsInstalledAsItIsWrittenAndKeptOnUninstall() throws IOException {
    assertThat(crds(render(Map.of()))).hasSameSizeAs(CRDS);
    for (String crd : CRDS) {
      var written = RenderedChart.documents(Files.readString(ROOT.resolve(OF_MODEL + crd)));
      var installed =
          crds(render(Map.of())).stream()
              .filter(tree ->
                  tree.get("metadata")
                      .toString()
                      .contains("name=" + crd.replace(".yaml", ".kafka-api-bridge.dev")))
              .toList();

      assertThat(installed)
          .singleElement()
          .satisfies(tree -> {
            assertThat(tree.get("spec")).isEqualTo(written.getFirst().get("spec"));
            assertThat(tree.get("metadata").toString()).contains("helm.sh/resource-policy=keep");
          });
    }
    assertThat(crds(render(Map.of("crds.keep", false))).toString())
        .doesNotContain("resource-policy");
    assertThat(crds(render(Map.of("crds.enabled", false)))).isEmpty();
  }

  @Test
  void installYamlIsTheChartWithoutHelm() {
    String yaml = InstallYaml.render(CHART);
    var objects = new RenderedChart(yaml);

    assertThat(yaml).doesNotContain("helm", "Helm");
    assertThat(objects.kinds().getFirst()).isEqualTo("Namespace");
    assertThat(objects.kinds())
        .containsAll(render(Map.of()).kinds())
        .hasSize(render(Map.of()).kinds().size() + 1);
    assertThat(objects.only(Deployment.class).getMetadata().getNamespace())
        .isEqualTo(InstallYaml.NAMESPACE);
  }

  @Test
  void eachRightHasItsReasonAboveIt() throws IOException {
    List<String> lines = Files.readAllLines(CHART.resolve("templates/rbac.yaml"));

    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("- apiGroups:")) {
        int above = i - 1;
        // Two rules may share a reason where they stand together.
        while (!lines.get(above).startsWith("#") && !lines.get(above).isBlank()) {
          above--;
        }
        assertThat(lines.get(above)).as("above line %d", i + 1).startsWith("#");
      }
    }
  }

  @Test
  void peopleGetBridgesByTheClustersOwnRoles() {
    var chart = render(Map.of());

    assertThat(rights(aggregated(chart, "view").getRules()))
        .containsExactly(
            "kafka-api-bridge.dev/kafkaapibridgereplays/status: get list watch",
            "kafka-api-bridge.dev/kafkaapibridgereplays: get list watch",
            "kafka-api-bridge.dev/kafkaapibridges/scale: get list watch",
            "kafka-api-bridge.dev/kafkaapibridges/status: get list watch",
            "kafka-api-bridge.dev/kafkaapibridges: get list watch");
    for (String role : List.of("edit", "admin")) {
      assertThat(rights(aggregated(chart, role).getRules()))
          .contains(
              "kafka-api-bridge.dev/kafkaapibridges/scale: patch update",
              "kafka-api-bridge.dev/kafkaapibridges: create delete deletecollection patch update",
              "kafka-api-bridge.dev/kafkaapibridgereplays: create delete deletecollection patch update")
          .noneMatch(right -> right.contains("status: ") && right.contains("patch"));
    }
    assertThat(
            render(Map.of("rbac.aggregate.edit", false, "rbac.aggregate.admin", false))
                .all(ClusterRole.class))
        .hasSize(2);
  }

  @Test
  void bridgesLetInTheOperatorByTheVeryLabelsOfItsPods() {
    var chart = render(Map.of());
    var labels = new java.util.HashMap<String, String>();
    for (String pair : value(chart, "KAB_OPERATOR_LABELS").split(",")) {
      labels.put(pair.split("=")[0], pair.split("=")[1]);
    }

    assertThat(chart.only(Deployment.class).getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(labels);
    assertThat(labels).hasSize(2);
    assertThat(value(chart, "KAB_SCRAPERS"))
        .contains("\"namespaceSelector\":{}", "\"app.kubernetes.io/name\":\"prometheus\"");
  }

  @Test
  void theOperatorsOwnPortIsGuardedOnRequest() {
    assertThat(render(Map.of()).all(NetworkPolicy.class)).isEmpty();
    var chart = render(Map.of("networkPolicy.enabled", true));

    assertThat(chart.only(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels())
        .isEqualTo(chart.only(Deployment.class).getSpec().getSelector().getMatchLabels());
    assertThat(chart.only(NetworkPolicy.class).getSpec().getIngress())
        .singleElement()
        .satisfies(rule -> assertThat(rule.getFrom()).hasSize(1));
  }

  private static ClusterRole operators(RenderedChart chart) {
    return chart.all(ClusterRole.class).stream()
        .filter(role -> role.getMetadata().getName().equals("kafka-api-bridge-operator"))
        .findFirst()
        .orElseThrow();
  }

  private static ClusterRole aggregated(RenderedChart chart, String to) {
    return chart.all(ClusterRole.class).stream()
        .filter(role ->
            role.getMetadata()
                .getLabels()
                .containsKey("rbac.authorization.k8s.io/aggregate-to-" + to))
        .findFirst()
        .orElseThrow();
  }

  private static RenderedChart render(Map<String, Object> values) {
    return RenderedChart.of(CHART, "kafka-api-bridge", "kab", values);
  }

  private static String operatorNamed(String release) {
    return RenderedChart.of(CHART, release, "kab", Map.of())
        .only(Deployment.class)
        .getMetadata()
        .getName();
  }

  private static PodSpec pod(RenderedChart chart) {
    return chart.only(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static String value(RenderedChart chart, String variable) {
    return pod(chart).getContainers().getFirst().getEnv().stream()
        .filter(env -> env.getName().equals(variable))
        .map(EnvVar::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static List<Map<String, Object>> crds(RenderedChart chart) {
    return chart.trees().stream()
        .filter(tree -> "CustomResourceDefinition".equals(tree.get("kind")))
        .toList();
  }

  /** One line for each resource, in alphabetical order. */
  private static List<String> rights(List<PolicyRule> rules) {
    var lines = new TreeSet<String>();
    for (PolicyRule rule : rules) {
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          lines.add(
              (group.isEmpty() ? "core" : group)
                  + "/"
                  + resource
                  + (rule.getResourceNames().isEmpty() ? "" : " " + rule.getResourceNames())
                  + ": "
                  + String.join(
                      " ", rule.getVerbs().stream().sorted().collect(toCollection(TreeSet::new))));
        }
      }
    }
    return List.copyOf(lines);
  }

  private static String projectVersion() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    int at = pom.indexOf("<version>") + "<version>".length();
    return pom.substring(at, pom.indexOf("</version>", at));
  }
}
