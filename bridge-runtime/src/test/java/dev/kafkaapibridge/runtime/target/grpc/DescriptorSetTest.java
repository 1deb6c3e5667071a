package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import org.junit.jupiter.api.Test;

class DescriptorSetTest {

  @Test
  void anEditionThatIsNewerThanOursMakesTheSetUnusable() {
    byte[] set =
        FileDescriptorSet.newBuilder()
            .addFile(
                FileDescriptorProto.newBuilder()
                    .setName("next.proto")
                    .setSyntax("editions")
                    .setEdition(Edition.EDITION_UNKNOWN))
            .build()
            .toByteArray();

    assertThatThrownBy(() -> DescriptorSet.parse(set))
        .isInstanceOf(DescriptorSet.Unusable.class)
        .hasMessageStartingWith("its file 'next.proto' can't be used: ");
  }
}
