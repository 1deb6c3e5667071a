package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DescriptorChangeTest {

  @Test
  void fieldsMayComeAndGo() throws Exception {
    assertThat(change(order -> {})).isNull();
    assertThat(change(order -> order.addField(EveryKind.field("note", 9, Type.TYPE_STRING))))
        .isNull();
    assertThat(change(order -> order.removeField(1))).isNull();
  }

  @Test
  void whatWouldBeReadAsSomethingElseIsNamed() throws Exception {
    assertThat(change(order -> order.getFieldBuilder(0).setType(Type.TYPE_BYTES)))
        .isEqualTo("shop.v1.Order: field id (1) was string and is bytes");
    assertThat(change(order -> order.getFieldBuilder(1).setName("discount")))
        .isEqualTo("shop.v1.Order: field total_price (2) has given its number to discount");
    assertThat(change(order -> order.getFieldBuilder(0).setLabel(Label.LABEL_REPEATED)))
        .isEqualTo("shop.v1.Order: field id (1) was string and is repeated string");
    assertThat(
            change(order ->
                order.getNestedTypeBuilder(0).getFieldBuilder(1).setType(Type.TYPE_SINT32)))
        .isEqualTo("shop.v1.Order.Line: field pieces (2) was int32 and is sint32");
  }

  private static String change(Consumer<DescriptorProto.Builder> change) throws Exception {
    DescriptorProto.Builder order = EveryKind.order();
    change.accept(order);
    return DescriptorChange.incompatible(put(EveryKind.set()), put(EveryKind.set(order)));
  }

  private static MethodDescriptor put(byte[] set) throws Exception {
    return DescriptorSet.parse(set).method("shop.v1.Orders", "Put", GrpcSpec.Mode.Unary);
  }
}
