package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the method's types in use, read from a descriptor set. Another set is taken up when it is
 * there; one that can't be used, or that the messages of the one in use don't fit, is set aside,
 * and the one in use stays. Safe for all lanes.
 */
final class MethodTypes implements AutoCloseable {

  sealed interface Found {
    record Types(JsonToProtobuf request, ProtobufToPlain answer) implements Found {}

    /** What no record is to blame for. */
    record Missing(TargetMisconfigured verdict) implements Found {}
  }

  /** What a record's leave to call is for. */
  sealed interface Leave {
    /** Its call. */
    record ForTheCall() implements Leave {}

    /** It was used to ask for the types, and this is what is said of it. */
    record Used(Verdict verdict) implements Leave {}
  }

  static final Leave FOR_THE_CALL = new Leave.ForTheCall();
  private static final Leave AGAIN_AT_ONCE =
      new Leave.Used(new Verdict.Again("-", Verdict.Again.Why.Asked));

  /**
   * @param content as it was read: compared by identity, since it is another only when it has
   *     changed
   * @param method null: none was usable yet
   * @param setAside why the content is not what is in use; null: it is, or none is
   */
  private record InUse(
      byte[] content,
      @Nullable MethodDescriptor method,
      Found found,
      @Nullable TargetMisconfigured setAside) {}

  private final DescriptorSource source;
  private final String service;
  private final String method;
  private final GrpcSpec.Mode mode;
  private volatile @Nullable InUse inUse;

  MethodTypes(GrpcSpec grpc, DescriptorSource source) {
    this.source = source;
    this.service = grpc.service();
    this.method = grpc.method();
    this.mode = grpc.mode();
  }

  /** Looks at what is there; asks nobody. */
  Found now() {
    byte[] content = source.content();
    return content == null ? new Found.Missing(source.missing()) : with(content).found();
  }

  /**
   * Before a call: the leave for it may be needed to ask for the types.
   *
   * @param leaving asked in the instant before the question is written
   */
  Leave ask(SourceRecord record, BooleanSupplier leaving) {
    boolean usable = now() instanceof Found.Types;
    return switch (source.ask(record, leaving, usable)) {
      case DescriptorSource.Asked.Nothing ignored -> FOR_THE_CALL;
      case DescriptorSource.Asked.InPart ignored -> AGAIN_AT_ONCE;
      case DescriptorSource.Asked.Wholly ignored ->
          now() instanceof Found.Missing(var why) ? new Leave.Used(why) : AGAIN_AT_ONCE;
      case DescriptorSource.Asked.InVain(var why) ->
          usable && !isOfTheWholePod(why) ? AGAIN_AT_ONCE : new Leave.Used(why);
    };
  }

  /** Whatever is in use, nobody calls just now. */
  private static boolean isOfTheWholePod(Verdict why) {
    return why instanceof Verdict.Cut || why instanceof Verdict.RateLimited;
  }

  /** Why what is there now is not what is in use, with the fix. */
  Optional<TargetMisconfigured> setAside() {
    byte[] content = source.content();
    return content == null ? Optional.empty() : Optional.ofNullable(with(content).setAside());
  }

  private InUse with(byte[] content) {
    InUse known = inUse;
    return known != null && known.content() == content ? known : take(content);
  }

  private synchronized InUse take(byte[] content) {
    InUse known = inUse;
    if (known == null || known.content() != content) {
      known = next(known, content);
      inUse = known;
    }
    return known;
  }

  private InUse next(@Nullable InUse before, byte[] content) {
    MethodDescriptor old = before == null ? null : before.method();
    DescriptorSet set;
    try {
      set = DescriptorSet.parse(content);
    } catch (DescriptorSet.Unusable e) {
      return unusable(before, content, "InvalidDescriptor", e.getMessage());
    }
    try {
      MethodDescriptor found = set.method(service, method, mode);
      String change = old == null ? null : DescriptorChange.incompatible(old, found);
      if (change != null) {
        return unusable(before, content, "IncompatibleDescriptor", change);
      }
      return new InUse(
          content,
          found,
          new Found.Types(
              new JsonToProtobuf(found.getInputType(), set.types()),
              new ProtobufToPlain(found.getOutputType(), set.types())),
          null);
    } catch (DescriptorSet.Unusable e) {
      String reason = old == null ? "InvalidDescriptor" : "IncompatibleDescriptor";
      return unusable(before, content, reason, e.getMessage());
    }
  }

  private InUse unusable(
      @Nullable InUse before, byte[] content, String reason, @Nullable String why) {
    if (before != null && before.method() != null) {
      String aside =
          "The new descriptor set %s is not taken up, the former one stays in use: %s. Mend it, or restart the bridge to take it as it is."
              .formatted(source.whose(), why);
      return new InUse(
          content, before.method(), before.found(), new TargetMisconfigured("-", reason, aside));
    }
    String fix =
        "The descriptor set %s can't be used: %s. Mend it; the call is then made."
            .formatted(source.whose(), why);
    return new InUse(
        content, null, new Found.Missing(new TargetMisconfigured("-", reason, fix)), null);
  }

  @Override
  public void close() {
    source.close();
  }
}
