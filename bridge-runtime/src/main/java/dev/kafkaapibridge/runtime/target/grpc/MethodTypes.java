package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the method's types in use, read from the descriptor set that the spec names. Another set is
 * taken up when it is there; one that can't be used, or that the messages of the one in use don't
 * fit, leaves that one in use and is said in the log. Safe for all lanes.
 */
final class MethodTypes {

  private static final Logger log = LoggerFactory.getLogger(MethodTypes.class);

  static final String FIELD = "spec.target.grpc.descriptorConfigMapKeyRef";

  sealed interface Found {
    record Types(JsonToProtobuf request, ProtobufToPlain answer) implements Found {}

    /** What no record is to blame for. */
    record Missing(TargetMisconfigured verdict) implements Found {}
  }

  /**
   * @param content as it was read: compared by identity, since it is read anew only when the file
   *     has changed
   * @param method null: none was usable yet
   */
  private record InUse(byte[] content, @Nullable MethodDescriptor method, Found found) {}

  private final KeyRef ref;
  private final String service;
  private final String method;
  private final GrpcSpec.Mode mode;
  private final Function<KeyRef, byte @Nullable []> contents;
  private volatile @Nullable InUse inUse;

  /**
   * @param contents the bytes of a ConfigMap's key, the same array while they are the same; null
   *     while there were none yet
   */
  MethodTypes(GrpcSpec grpc, KeyRef ref, Function<KeyRef, byte @Nullable []> contents) {
    this.ref = ref;
    this.service = grpc.service();
    this.method = grpc.method();
    this.mode = grpc.mode();
    this.contents = contents;
  }

  Found now() {
    byte[] content = contents.apply(ref);
    if (content == null) {
      return new Found.Missing(
          new TargetMisconfigured(
              "-",
              "DescriptorNotFound",
              "ConfigMap '%s' has nothing in key '%s' (%s). Put the descriptor set there, under binaryData; the call is then made."
                  .formatted(ref.name(), ref.key(), FIELD)));
    }
    InUse known = inUse;
    return known != null && known.content() == content ? known.found() : take(content);
  }

  private synchronized Found take(byte[] content) {
    InUse known = inUse;
    if (known == null || known.content() != content) {
      known = next(known, content);
      inUse = known;
    }
    return known.found();
  }

  private InUse next(@Nullable InUse before, byte[] content) {
    MethodDescriptor old = before == null ? null : before.method();
    try {
      DescriptorSet set = DescriptorSet.parse(content);
      MethodDescriptor found = set.method(service, method, mode);
      String change = old == null ? null : DescriptorChange.incompatible(old, found);
      if (change != null) {
        throw new DescriptorSet.Unusable("IncompatibleDescriptor: " + change);
      }
      return new InUse(
          content,
          found,
          new Found.Types(
              new JsonToProtobuf(found.getInputType(), set.types()),
              new ProtobufToPlain(found.getOutputType(), set.types())));
    } catch (DescriptorSet.Unusable e) {
      if (before != null && old != null) {
        log.atWarn()
            .addKeyValue("configMap", ref.name())
            .addKeyValue("key", ref.key())
            .addKeyValue("why", e.getMessage())
            .log("the new descriptor set is not taken up; the former one stays in use");
        return new InUse(content, old, before.found());
      }
      return new InUse(
          content,
          null,
          new Found.Missing(
              new TargetMisconfigured(
                  "-",
                  "InvalidDescriptor",
                  "The descriptor set in ConfigMap '%s', key '%s' (%s) can't be used: %s. Mend it; the call is then made."
                      .formatted(ref.name(), ref.key(), FIELD, e.getMessage()))));
    }
  }
}
