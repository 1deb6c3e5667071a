package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.DeadLetterSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
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
final class TargetUnderTest {

  final AtomicLong sent = new AtomicLong();
  Secrets secrets = ref -> "the-secret";
  Function<CaRef, List<X509Certificate>> authorities = ref -> null;
  Function<NameRef, Identity> identities = ref -> new Identity.None("has none");
  Dns dns = Dns.SYSTEM;
  String delivery = "{}";

  /**
   * @param fields of spec.target.http beside the url, as {@code name: value, ...}
   */
  HttpTarget at(String url, String fields) {
    return of(spec(url, fields, delivery));
  }

  HttpTarget of(KafkaApiBridgeSpec spec) {
    return new HttpTarget(
        spec.target().http(),
        spec.record(),
        SchemaFormats.NONE,
        spec.delivery(),
        spec.delivery().deadLetter().responseBody() == DeadLetterSpec.ResponseBody.Truncated,
        KeptAnswer.Keeping.of(spec.response()),
        secrets,
        ref -> authorities.apply(ref),
        ref -> identities.apply(ref),
        () -> true,
        Pace.none(),
        sent::addAndGet,
        Clock.systemUTC(),
        name -> dns.lookup(name));
  }

  /** One call to a target of its own. */
  Verdict send(String url, String fields) {
    try (var target = at(url, fields)) {
      return call(target).send();
    }
  }

  static Target.Call call(HttpTarget target) {
    return call(target, Records.record(Records.assignment("orders", 0), 7, "a"));
  }

  static Target.Call call(HttpTarget target, SourceRecord record) {
    return ((Target.Prepared.Ready) target.prepare(record)).call();
  }

  static KafkaApiBridgeSpec spec(String url, String fields, String delivery) {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: '"
            + url
            + "', "
            + fields
            + "}}, delivery: "
            + delivery
            + "}}";
    return switch (BridgeFile.read(yaml)) {
      case BridgeFile.Reading.Sound sound -> sound.bridge().spec();
      case BridgeFile.Reading unsound -> throw new AssertionError(unsound.toString());
    };
  }

  /** A verdict as a table writes it: its kind, status and reason. */
  static String summary(Verdict verdict) {
    return verdict.getClass().getSimpleName() + " " + verdict.code() + " " + verdict.reason();
  }
}
