package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** {@link OrdersServer} with descriptors, and with gRPC's own reflection services to tell them. */
final class ReflectingServer implements AutoCloseable {

  /** By whom descriptors are told. */
  enum By {
    V1,
    V1_ALPHA,
    /** V1, but a file a question, and nothing that it imports. */
    ONE_FILE_AT_A_TIME,
    /** V1, of a server that has no orders. */
    V1_OF_ANOTHER
  }

  /** Methods of reflection that were called, with their metadata. */
  record Question(String method, Metadata metadata) {}

  final List<Question> questions = new CopyOnWriteArrayList<>();

  /** Refuses questions; null: none. */
  volatile Status refusal;

  /** Leaves questions without an answer. */
  volatile boolean silent;

  final OrdersServer orders;

  private ReflectingServer(int port, byte[] set, By by) throws DescriptorSet.Unusable {
    List<FileDescriptor> files = DescriptorSet.parse(set).files();
    orders =
        OrdersServer.start(
            port,
            builder -> {
              if (by != By.V1_OF_ANOTHER) {
                builder.addService(withDescriptor(files.getLast()));
              }
              return builder.addService(
                  ServerInterceptors.intercept(reflection(by, files), watching()));
            });
    orders.script =
        (came, call) -> {
          if (came.method().startsWith("grpc.reflection.")) {
            call.close(Status.UNIMPLEMENTED, new Metadata());
          } else {
            OrdersServer.ok(call, new byte[0]);
          }
        };
  }

  static ReflectingServer start(By by) throws DescriptorSet.Unusable {
    return start(0, EveryKind.set(), by);
  }

  static ReflectingServer start(int port, byte[] set, By by) throws DescriptorSet.Unusable {
    return new ReflectingServer(port, set, by);
  }

  String address() {
    return orders.address();
  }

  private static BindableService reflection(By by, List<FileDescriptor> files) {
    return switch (by) {
      case V1, V1_OF_ANOTHER -> ProtoReflectionServiceV1.newInstance();
      case V1_ALPHA -> ProtoReflectionService.newInstance();
      case ONE_FILE_AT_A_TIME -> new OneFile(files);
    };
  }

  /** A service of this name has a method of another name, for the calls to come by elsewhere. */
  private static ServerServiceDefinition withDescriptor(FileDescriptor file) {
    ProtoFileDescriptorSupplier supplier = () -> file;
    MethodDescriptor<byte[], byte[]> unused =
        BytesServer.method("shop.v1.Orders/PutEverything", MethodDescriptor.MethodType.UNARY);
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder("shop.v1.Orders")
                .setSchemaDescriptor(supplier)
                .addMethod(unused)
                .build())
        .addMethod(
            ServerMethodDefinition.create(
                unused,
                (call, metadata) -> {
                  throw new UnsupportedOperationException();
                }))
        .build();
  }

  private ServerInterceptor watching() {
    return new ServerInterceptor() {
      @Override
      public <A, B> ServerCall.Listener<A> interceptCall(
          ServerCall<A, B> call, Metadata metadata, ServerCallHandler<A, B> next) {
        questions.add(new Question(call.getMethodDescriptor().getFullMethodName(), metadata));
        Status no = refusal;
        if (no != null) {
          call.close(no, new Metadata());
          return new ServerCall.Listener<>() {};
        }
        return silent ? new ServerCall.Listener<>() {} : next.startCall(call, metadata);
      }
    };
  }

  @Override
  public void close() {
    orders.close();
  }

  private static final class OneFile extends ServerReflectionGrpc.ServerReflectionImplBase {
    private final List<FileDescriptor> files;

    OneFile(List<FileDescriptor> files) {
      this.files = files;
    }

    @Override
    public StreamObserver<ServerReflectionRequest> serverReflectionInfo(
        StreamObserver<ServerReflectionResponse> answers) {
      UnaryOperator<String> asked = name -> name.isEmpty() ? files.getLast().getName() : name;
      return new StreamObserver<>() {
        @Override
        public void onNext(ServerReflectionRequest request) {
          String name = asked.apply(request.getFileByFilename());
          var told = FileDescriptorResponse.newBuilder();
          files.stream()
              .filter(file -> file.getName().equals(name))
              .forEach(file -> told.addFileDescriptorProto(file.toProto().toByteString()));
          answers.onNext(
              ServerReflectionResponse.newBuilder().setFileDescriptorResponse(told).build());
        }

        @Override
        public void onError(Throwable e) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }
}
