package dev.kafkaapibridge.api.derived;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec.Type;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@link Binding}, read key by key. Pure. */
record BindingReading(BindingKeys keys, Function<Reference, @Nullable String> texts) {

  private static final Map<String, Type> MECHANISMS =
      Map.of(
          "SCRAM-SHA-512",
          Type.ScramSha512,
          "SCRAM-SHA-256",
          Type.ScramSha256,
          "PLAIN",
          Type.Plain);

  /** It leads nowhere. */
  static final class No extends Exception {
    final transient Binding.Unusable why;

    private No(Reference key, boolean missing) {
      super(key.what());
      why = new Binding.Unusable(key, missing);
    }
  }

  KafkaSpec of(KafkaSpec declared) throws No {
    String kind = text(keys.kind());
    if (!kind.isEmpty() && !kind.equals("kafka")) {
      throw new No(keys.kind(), false);
    }
    String servers = servers();
    return switch (needed(keys.protocol())) {
      case "PLAINTEXT" -> with(declared, servers, null, null);
      case "SSL" -> {
        NameRef shown = certificate();
        yield with(
            declared,
            servers,
            tls(),
            shown == null
                ? null
                : new KafkaAuthenticationSpec(Type.MutualTLS, null, null, shown, null));
      }
      case "SASL_PLAINTEXT" -> with(declared, servers, null, loginInClear());
      case "SASL_SSL" -> with(declared, servers, tls(), login(certificate()));
      default -> throw new No(keys.protocol(), false);
    };
  }

  private String servers() throws No {
    String servers =
        Stream.of(needed(keys.servers()).split(",", -1))
            .map(String::strip)
            .collect(Collectors.joining(","));
    if (!BootstrapServers.areSound(servers)) {
      throw new No(keys.servers(), false);
    }
    return servers;
  }

  /** Without authorities of its own it trusts the public ones. */
  private TlsSpec tls() {
    Reference authorities = keys.authorities();
    return new TlsSpec(
        text(authorities).isEmpty()
            ? List.of()
            : List.of(new CaRef(CaRef.Kind.Secret, authorities.name(), authorities.key())),
        null,
        TlsSpec.MinVersion.TLS12);
  }

  /** Where a client certificate is; null: none is shown. */
  private @Nullable NameRef certificate() throws No {
    if (text(keys.certificate()).isEmpty() && text(keys.privateKey()).isEmpty()) {
      return null;
    }
    needed(keys.certificate());
    needed(keys.privateKey());
    return keys.secret();
  }

  private KafkaAuthenticationSpec login(@Nullable NameRef certificate) throws No {
    Type type = MECHANISMS.get(needed(keys.mechanism()));
    if (type == null) {
      throw new No(keys.mechanism(), false);
    }
    String name = needed(keys.username());
    needed(keys.password());
    return new KafkaAuthenticationSpec(
        type, name, new KeyRef(keys.password().name(), keys.password().key()), certificate, null);
  }

  /** By a proof of the password; the password itself travels over TLS alone. */
  private KafkaAuthenticationSpec loginInClear() throws No {
    KafkaAuthenticationSpec login = login(null);
    if (login.type() == Type.Plain) {
      throw new No(keys.protocol(), false);
    }
    return login;
  }

  private String needed(Reference key) throws No {
    String text = text(key);
    if (text.isEmpty()) {
      throw new No(key, true);
    }
    return text;
  }

  private String text(Reference key) {
    String text = texts.apply(key);
    return text == null ? "" : text.strip();
  }

  static KafkaSpec with(
      KafkaSpec kafka,
      String servers,
      @Nullable TlsSpec tls,
      @Nullable KafkaAuthenticationSpec authentication) {
    return new KafkaSpec(
        servers,
        null,
        kafka.bindingSecretRef(),
        kafka.topics(),
        kafka.topicPattern(),
        kafka.consumerGroup(),
        kafka.startFrom(),
        kafka.startTimestamp(),
        kafka.onOffsetOutOfRange(),
        kafka.groupProtocol(),
        kafka.isolationLevel(),
        kafka.consumerConfig(),
        tls,
        authentication);
  }
}
