package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.DeadLetterSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.refs.Secrets;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import okhttp3.Dns;

/** A target made from a few fields of a spec, and what it is given from outside. */
final class GrpcUnderTest {

  final AtomicLong sent = new AtomicLong();

  /** How many nanoseconds the clock is ahead. */
  final AtomicLong ahead = new AtomicLong();

  Secrets secrets = ref -> "the-secret";
  Function<CaRef, List<X509Certificate>> authorities = ref -> null;
  Function<NameRef, Identity> identities = ref -> new Identity.None("has none");
  Function<KeyRef, byte[]> contents = ref -> null;
  Dns dns = Dns.SYSTEM;
  String delivery = "{}";
  String record = "{}";

  /** Further members of the spec, each with a comma before it. */
  String more = "";

  /**
   * @param fields of spec.target.grpc beside address, service and method
   */
  GrpcTarget at(String address, String fields) {
    KafkaApiBridgeSpec spec = spec(address, fields, record, delivery + more);
    return new GrpcTarget(
        spec.target().grpc(),
        spec.record(),
        SchemaFormats.NONE,
        spec.delivery(),
        spec.delivery().deadLetter().responseBody() == DeadLetterSpec.ResponseBody.Truncated,
        KeptAnswer.Keeping.of(spec.response()),
        secrets,
        ref -> authorities.apply(ref),
        ref -> identities.apply(ref),
        ref -> contents.apply(ref),
        Pace.none(),
        sent::addAndGet,
        Clock.systemUTC(),
        name -> dns.lookup(name),
        () -> System.nanoTime() + ahead.get());
  }

  /** One call by a target of its own. */
  Verdict send(String address, String fields) {
    try (var target = at(address, fields)) {
      return call(target).send();
    }
  }

  static Target.Call call(GrpcTarget target) {
    return call(target, Records.record(Records.assignment("orders", 0), 7, "a"));
  }

  static Target.Call call(GrpcTarget target, SourceRecord record) {
    return ((Target.Prepared.Ready) target.prepare(record)).call();
  }

  static KafkaApiBridgeSpec spec(String address, String fields, String record, String delivery) {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, record: "
            + record
            + ", target: {grpc: {address: '"
            + address
            + "', service: shop.v1.Orders, method: Put, "
            + fields
            + "}}, delivery: "
            + delivery
            + "}}";
    return switch (BridgeFile.read(yaml)) {
      case BridgeFile.Reading.Sound sound -> sound.bridge().spec();
      case BridgeFile.Reading unsound -> throw new AssertionError(unsound.toString());
    };
  }

  /** A verdict as a table writes it: its kind, code and reason. */
  static String summary(Verdict verdict) {
    return verdict.getClass().getSimpleName() + " " + verdict.code() + " " + verdict.reason();
  }
}
