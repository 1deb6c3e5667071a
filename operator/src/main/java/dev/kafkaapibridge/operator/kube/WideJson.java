package dev.kafkaapibridge.operator.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * A reader that takes whatever an API server stores. Jackson's own bounds are narrower: levels of
 * nesting and lengths of names that a tenant can write into one object would fail the list in which
 * it stands, and with it the operator, for everybody. What is too much is for who reads the object
 * to cut. What is alike from object to object is held once ({@link SharedFields}, {@link
 * SharedText}).
 */
public final class WideJson {

  /** An API server refuses more than 10,000; around an object are a list and a watch event. */
  private static final int DEEPEST = 10_100;

  /** No object is larger than etcd takes: 1.5 MiB, and 3 MiB by some. */
  private static final int LONGEST_NAME = 4 * 1024 * 1024;

  private WideJson() {}

  /** A watch reads {@code kinds} by their own readers, rather than by way of a general tree. */
  @SafeVarargs
  public static KubernetesSerialization serialization(
      Class<? extends KubernetesResource>... kinds) {
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(LONGEST_NAME)
                    .build())
            .build();
    var mapper = new JsonMapper(factory);
    mapper.registerModule(
        new SimpleModule("what is alike")
            .addDeserializer(FieldsV1.class, new SharedFields())
            .addDeserializer(String.class, new SharedText()));
    var serialization = new KubernetesSerialization(mapper, true);
    for (Class<? extends KubernetesResource> kind : kinds) {
      serialization.registerKubernetesResource(kind);
    }
    return serialization;
  }
}
