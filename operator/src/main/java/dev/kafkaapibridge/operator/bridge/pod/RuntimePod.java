package dev.kafkaapibridge.operator.bridge.pod;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;

/** The pod being put together: filled by its features in turn, then built once. */
record RuntimePod(ObjectMetaBuilder metadata, PodSpecBuilder spec, ContainerBuilder container) {

  RuntimePod() {
    this(new ObjectMetaBuilder(), new PodSpecBuilder(), new ContainerBuilder());
  }

  PodTemplateSpec build() {
    return new PodTemplateSpecBuilder()
        .withMetadata(metadata.build())
        .withSpec(spec.addToContainers(container.build()).build())
        .build();
  }
}
