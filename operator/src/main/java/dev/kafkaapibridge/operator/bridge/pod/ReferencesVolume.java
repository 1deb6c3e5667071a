package dev.kafkaapibridge.operator.bridge.pod;

import static java.util.stream.Collectors.groupingBy;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.v1alpha1.ServiceAccountTokenSpec;
import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The keys of Secrets and ConfigMaps that the spec names, and no others, as files in one projected
 * volume, and the pod's token where the target asks for one. Optional: a pod starts without them
 * and says what is missing, and the kubelet brings them when they are there.
 */
final class ReferencesVolume implements PodFeature {

  static final String DIRECTORY = "/etc/kafka-api-bridge/refs";

  /** PEM that the bridge's ConfigMap would bring. */
  private static final String AUTHORITIES = "kafka-api-bridge.dev/kafka-ca";

  private final boolean outlivesConfigMap;

  ReferencesVolume() {
    this(false);
  }

  private ReferencesVolume(boolean outlivesConfigMap) {
    this.outlivesConfigMap = outlivesConfigMap;
  }

  /** Of a pod that works when the bridge's ConfigMap may be gone already. */
  static ReferencesVolume ofCleanup() {
    return new ReferencesVolume(true);
  }

  private record Source(String kind, String name) {}

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    Optional<String> authorities =
        outlivesConfigMap ? rendered.bridge().kafkaAuthorities() : Optional.empty();
    var sources =
        new ArrayList<>(
            projections(
                rendered.bridge().references().stream()
                    .filter(r -> authorities.isEmpty() || !isOwn(r, rendered))
                    .toList()));
    authorities.ifPresent(pem -> {
      pod.metadata().addToAnnotations(AUTHORITIES, pem);
      sources.add(annotation(rendered));
    });
    Reference.podToken(rendered.bridge().spec().target())
        .map(ReferencesVolume::projection)
        .ifPresent(sources::add);
    if (sources.isEmpty()) {
      return;
    }
    pod.spec()
        .addNewVolume()
        .withName("refs")
        .withNewProjected()
        .withDefaultMode(0440)
        .withSources(sources)
        .endProjected()
        .endVolume();
    pod.container()
        .addNewVolumeMount()
        .withName("refs")
        .withMountPath(DIRECTORY)
        .withReadOnly(true)
        .endVolumeMount();
  }

  private static boolean isOwn(Reference reference, Rendered rendered) {
    return reference.kind().equals("ConfigMap")
        && reference.name().equals(BridgeNames.child(rendered.bridge().identity()));
  }

  private static VolumeProjection annotation(Rendered rendered) {
    return new VolumeProjectionBuilder()
        .withNewDownwardAPI()
        .addNewItem()
        .withPath(
            Reference.path(
                "ConfigMap",
                BridgeNames.child(rendered.bridge().identity()),
                BridgeNames.KAFKA_AUTHORITIES))
        .withNewFieldRef()
        .withFieldPath("metadata.annotations['" + AUTHORITIES + "']")
        .endFieldRef()
        .endItem()
        .endDownwardAPI()
        .build();
  }

  /** Sorted, so that the order of fields in a spec rolls no pods. */
  private static List<VolumeProjection> projections(List<Reference> references) {
    var bySource =
        references.stream()
            .collect(
                groupingBy(
                    r -> r.kind() + "/" + r.name(),
                    TreeMap::new,
                    java.util.stream.Collectors.toList()));
    return bySource.values().stream()
        .map(keys ->
            projection(
                new Source(keys.getFirst().kind(), keys.getFirst().name()),
                keys.stream()
                    .flatMap(ReferencesVolume::items)
                    .distinct()
                    .sorted(java.util.Comparator.comparing(KeyToPath::getPath))
                    .toList()))
        .toList();
  }

  private static Stream<KeyToPath> items(Reference reference) {
    var item = new KeyToPath(reference.key(), null, reference.path());
    String other = reference.otherKey();
    return other == null
        ? Stream.of(item)
        : Stream.of(item, new KeyToPath(other, null, reference.otherPath()));
  }

  /** The token of the pod itself, for whom the spec names; the kubelet renews it. */
  private static VolumeProjection projection(ServiceAccountTokenSpec token) {
    return new VolumeProjectionBuilder()
        .withNewServiceAccountToken()
        .withAudience(token.audience())
        .withExpirationSeconds(token.expirationSeconds())
        .withPath(Reference.SERVICE_ACCOUNT_TOKEN)
        .endServiceAccountToken()
        .build();
  }

  private static VolumeProjection projection(Source source, List<KeyToPath> items) {
    var projection = new VolumeProjectionBuilder();
    return source.kind().equals("ConfigMap")
        ? projection
            .withNewConfigMap()
            .withName(source.name())
            .withItems(items)
            .withOptional(true)
            .endConfigMap()
            .build()
        : projection
            .withNewSecret()
            .withName(source.name())
            .withItems(items)
            .withOptional(true)
            .endSecret()
            .build();
  }
}
