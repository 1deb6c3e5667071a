package dev.kafkaapibridge.api.derived;

import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a Secret by the Service Binding convention says of the way to the brokers: the spec that
 * {@code bootstrapServers}, {@code tls} and {@code authentication} would have made, with the
 * Secret's own keys as its references. Pure.
 */
public sealed interface Binding {

  /** Of a process that has drained since its binding leads to other brokers, or in another way. */
  int EXIT_LED_ELSEWHERE = 3;

  /**
   * @param kafka names the Secret still, so that who reads it knows under which keys
   */
  record Whole(KafkaSpec kafka) implements Binding {

    /** Whether clients that were made for {@code former} still go the right way. */
    public boolean leadsAsDoes(Whole former) {
      return withoutName(kafka).equals(withoutName(former.kafka()));
    }

    /** Who logs in is read at each connection. */
    private static KafkaSpec withoutName(KafkaSpec kafka) {
      KafkaAuthenticationSpec its = kafka.authentication();
      return its == null
          ? kafka
          : BindingReading.with(
              kafka,
              String.valueOf(kafka.bootstrapServers()),
              kafka.tls(),
              new KafkaAuthenticationSpec(
                  its.type(), null, its.passwordSecretKeyRef(), its.certificateSecretRef(), null));
    }
  }

  /**
   * @param key that is missing, or holds what can't be used
   * @param missing whether nothing is there
   */
  record Unusable(Reference key, boolean missing) implements Binding {

    /** Without a full stop. */
    public String sentence() {
      return "%s %s (%s): %s"
          .formatted(
              key.what(),
              missing ? "is missing" : "holds nothing that can be used",
              key.field(),
              BindingKeys.fix(key.key()));
    }
  }

  /**
   * @param declared whose other fields stand
   * @param secret that its {@code bindingSecretRef} names
   * @param texts what a key holds; null or empty where nothing does
   */
  static Binding of(
      KafkaSpec declared, NameRef secret, Function<Reference, @Nullable String> texts) {
    try {
      return new Whole(new BindingReading(new BindingKeys(secret), texts).of(declared));
    } catch (BindingReading.No no) {
      return no.why;
    }
  }

  /** The keys that must be there for what it says. */
  default List<Reference> needed(BindingKeys keys) {
    var needed = new ArrayList<>(List.of(keys.servers(), keys.protocol()));
    switch (this) {
      case Unusable no -> {
        if (!needed.contains(no.key())) {
          needed.add(no.key());
        }
      }
      case Whole(KafkaSpec kafka) -> {
        KafkaAuthenticationSpec authentication = kafka.authentication();
        TlsSpec tls = kafka.tls();
        if (authentication != null && authentication.passwordSecretKeyRef() != null) {
          needed.addAll(List.of(keys.mechanism(), keys.username(), keys.password()));
        }
        if (tls != null && !tls.caRefs().isEmpty()) {
          needed.add(keys.authorities());
        }
        if (authentication != null && authentication.certificateSecretRef() != null) {
          needed.addAll(List.of(keys.certificate(), keys.privateKey()));
        }
      }
    }
    return List.copyOf(needed);
  }
}
