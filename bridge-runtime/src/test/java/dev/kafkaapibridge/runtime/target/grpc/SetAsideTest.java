package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is said of a descriptor set that is not taken up. */
class SetAsideTest {

  private final GrpcUnderTest under = new GrpcUnderTest();

  @Test
  void aSetThatIsNotTakenUpIsToldUntilItIsMended() throws Exception {
    byte[] set = EveryKind.set();
    under.contents = ref -> set;
    String json =
        "transport: Plaintext, payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: api, key: orders.pb}";
    try (var target = under.at("127.0.0.1:1", json)) {
      assertThat(target.setAside()).isEmpty();

      var renamed = EveryKind.order();
      renamed.getFieldBuilder(0).setName("order_id");
      TargetMisconfigured aside = given(target, EveryKind.set(renamed));
      assertThat(aside.reason()).isEqualTo("IncompatibleDescriptor");
      assertThat(aside.detail())
          .isEqualTo(
              "The new descriptor set in ConfigMap 'api', key 'orders.pb' (spec.target.grpc.descriptorConfigMapKeyRef) is not taken up, the former one stays in use: shop.v1.Order: field id (1) has given its number to order_id. Mend it, or restart the bridge to take it as it is.");

      var without = FileDescriptorSet.parseFrom(set).toBuilder();
      without.getFileBuilder(1).getServiceBuilder(0).removeMethod(0);
      TargetMisconfigured gone = given(target, without.build().toByteArray());
      assertThat(gone.reason()).isEqualTo("IncompatibleDescriptor");
      assertThat(gone.detail()).contains("has no method 'Put'");

      TargetMisconfigured none = given(target, "nonsense".getBytes(StandardCharsets.UTF_8));
      assertThat(none.reason()).isEqualTo("InvalidDescriptor");

      byte[] mended = set.clone();
      under.contents = ref -> mended;
      assertThat(target.setAside()).isEmpty();
    }
  }

  private TargetMisconfigured given(GrpcTarget target, byte[] set) {
    under.contents = ref -> set;
    return target.setAside().orElseThrow();
  }
}
