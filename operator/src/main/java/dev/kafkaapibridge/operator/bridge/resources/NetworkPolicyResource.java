package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.api.v1alpha1.NetworkPolicySpec;
import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who may call the pods: the operator and those who scrape metrics. On request, also what the pods
 * may call, by port; a NetworkPolicy knows no names.
 */
@KubernetesDependent(informer = @Informer(labelSelector = BridgeLabels.MANAGED))
public final class NetworkPolicyResource extends OptionalResource<NetworkPolicy> {

  /** See {@link Rendered#kinds}. */
  public static final class Wanted extends OptionalResource.Wanted<NetworkPolicy> {
    public Wanted() {
      super(NetworkPolicy.class);
    }
  }

  public static NetworkPolicy render(Rendered rendered) {
    var policy =
        new NetworkPolicyBuilder()
            .withMetadata(BridgeLabels.child(rendered.bridge().identity()))
            .withNewSpec()
            .withPolicyTypes("Ingress")
            .withNewPodSelector()
            .withMatchLabels(BridgeLabels.selector(rendered.bridge().identity()))
            .endPodSelector()
            .addNewIngress()
            .withFrom(rendered.installation().callers())
            .withPorts(port("TCP", BridgeNames.PORT))
            .endIngress();
    if (rendered.bridge().spec().networkPolicy().mode()
        == NetworkPolicySpec.Mode.IngressAndEgress) {
      policy
          .addToPolicyTypes("Egress")
          .addNewEgress()
          .withPorts(dns())
          .endEgress()
          .addNewEgress()
          .withPorts(
              CalledPorts.of(rendered.bridge().specTree()).stream()
                  .map(number -> port("TCP", number))
                  .toList())
          .endEgress();
    }
    return policy.endSpec().build();
  }

  /** 5353 is where OpenShift's DNS listens behind its service. */
  private static List<NetworkPolicyPort> dns() {
    return Stream.of(53, 5353)
        .flatMap(number -> Stream.of(port("UDP", number), port("TCP", number)))
        .toList();
  }

  private static NetworkPolicyPort port(String protocol, int number) {
    return new NetworkPolicyPortBuilder()
        .withProtocol(protocol)
        .withPort(new IntOrString(number))
        .build();
  }

  @Override
  protected NetworkPolicy desired(Bridge bridge, Context<Bridge> context) {
    return render(Rendered.from(context));
  }
}
