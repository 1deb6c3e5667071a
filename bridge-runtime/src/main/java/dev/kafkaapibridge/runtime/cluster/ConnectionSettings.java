package dev.kafkaapibridge.runtime.cluster;

import dev.kafkaapibridge.api.derived.Binding;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.runtime.refs.References;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * From the spec to the settings that consumer, producer and admin client share. No password and no
 * key is among them: who needs one reads its file, at each new connection ({@link BrokerLogin},
 * {@link BrokerTls}). Where a binding leads to the brokers, they are made of what it said first,
 * and stand from then on. Owns what was made; safe for all threads.
 */
public final class ConnectionSettings {

  /**
   * What has to be there before the brokers can be reached.
   *
   * @param reason of KafkaConnected
   * @param message with the fix
   */
  public record Missing(String reason, String message) {}

  /**
   * @param said null: no binding
   */
  private record Made(
      Binding.@Nullable Whole said,
      Map<String, Object> settings,
      BrokerTls.@Nullable Files files,
      @Nullable Who who) {}

  private static final String CLIENT_ID = "client.id";

  private final KafkaSpec kafka;
  private final String clientId;
  private final References refs;
  private @Nullable Made made; // guarded by this
  private Binding.@Nullable Whole elsewhere; // guarded by this

  private ConnectionSettings(KafkaSpec kafka, String clientId, References refs) {
    this.kafka = kafka;
    this.clientId = clientId;
    this.refs = refs;
  }

  public static ConnectionSettings of(KafkaSpec kafka, String clientId, References refs) {
    return new ConnectionSettings(kafka, clientId, refs);
  }

  /**
   * A new map, which the caller may add to.
   *
   * @throws KafkaException while {@link #missing()} says that the binding leads nowhere
   */
  public Map<String, Object> map() {
    return switch (look()) {
      case Look.Led(Made way) -> new HashMap<>(way.settings());
      case Look.Astray(Binding.Unusable no) -> throw new KafkaException(no.sentence());
    };
  }

  /**
   * The same under another name, to the brokers that this leads to: a binding isn't read anew.
   *
   * @throws KafkaException as above
   */
  public Map<String, Object> map(String clientId) {
    Map<String, Object> settings = map();
    settings.put(CLIENT_ID, clientId);
    return settings;
  }

  /** Empty: nothing is missing. May wait for some seconds, for what has to be asked for. */
  public Optional<Missing> missing() {
    return switch (look()) {
      case Look.Astray(Binding.Unusable no) ->
          Optional.of(
              new Missing(
                  "BindingInvalid", no.sentence() + ". The bridge then goes on by itself."));
      case Look.Led(Made way) -> {
        Who who = way.who();
        Optional<String> why = who == null ? Optional.empty() : who.missing();
        BrokerTls.Files files = way.files();
        yield why.isPresent()
            ? why.map(sentence -> new Missing("AuthenticationFailed", sentence))
            : files == null ? Optional.empty() : files.missing();
      }
    };
  }

  /**
   * Whether the binding leads elsewhere than it did: to other brokers, or by another protocol.
   * Asked now and then; what is said twice counts, for a change comes in several files.
   */
  public synchronized boolean leadsElsewhere() {
    NameRef secret = kafka.bindingSecretRef();
    Made way = made;
    if (secret == null
        || way == null
        || way.said() == null
        || !(Binding.of(kafka, secret, refs::text) instanceof Binding.Whole said)
        || said.leadsAsDoes(way.said())) {
      elsewhere = null;
      return false;
    }
    boolean again = elsewhere != null && said.leadsAsDoes(elsewhere);
    elsewhere = said;
    return again;
  }

  private sealed interface Look {
    record Led(Made way) implements Look {}

    record Astray(Binding.Unusable why) implements Look {}
  }

  private synchronized Look look() {
    Made known = made;
    if (known == null) {
      NameRef secret = kafka.bindingSecretRef();
      switch (secret == null ? null : Binding.of(kafka, secret, refs::text)) {
        case null -> known = made(null, kafka);
        case Binding.Whole said -> known = made(said, said.kafka());
        case Binding.Unusable no -> {
          return new Look.Astray(no);
        }
      }
      made = known;
    }
    return new Look.Led(known);
  }

  private Made made(Binding.@Nullable Whole said, KafkaSpec way) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", String.valueOf(way.bootstrapServers()));
    settings.put(CLIENT_ID, clientId);
    settings.put("enable.metrics.push", false);
    // Some hundred MBeans for each client, which nobody reads: the process has no JMX port.
    settings.put("metric.reporters", "");
    BrokerTls.Files files = BrokerTls.Files.of(way, refs);
    Who who = Who.of(way, refs);
    settings.put(
        "security.protocol", (who == null ? "" : "SASL_") + (files == null ? "PLAINTEXT" : "SSL"));
    if (files != null) {
      settings.put("ssl.engine.factory.class", BrokerTls.class);
      settings.put(BrokerTls.FILES, files);
    }
    if (who != null) {
      settings.put("sasl.mechanism", who.mechanism());
      settings.putAll(who.settings());
      settings.put("sasl.client.callback.handler.class", BrokerLogin.class);
      settings.put(BrokerLogin.WHO, who);
    }
    return new Made(said, Map.copyOf(settings), files, who);
  }
}
