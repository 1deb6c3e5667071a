package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A descriptor set in a ConfigMap, as protoc writes it. */
record ConfigMapDescriptors(KeyRef ref, Function<KeyRef, byte @Nullable []> contents)
    implements DescriptorSource {

  private static final String FIELD = "spec.target.grpc.descriptorConfigMapKeyRef";

  @Override
  public byte @Nullable [] content() {
    return contents.apply(ref);
  }

  @Override
  public TargetMisconfigured missing() {
    return new TargetMisconfigured(
        "-",
        "DescriptorNotFound",
        "ConfigMap '%s' has nothing in key '%s' (%s). Put the descriptor set there, under binaryData; the call is then made."
            .formatted(ref.name(), ref.key(), FIELD));
  }

  @Override
  public String whose() {
    return "in ConfigMap '%s', key '%s' (%s)".formatted(ref.name(), ref.key(), FIELD);
  }

  /** The file is read when it is looked at. */
  @Override
  public Asked ask(SourceRecord record, BooleanSupplier leaving, boolean usable) {
    return NOTHING;
  }

  @Override
  public void close() {}
}
