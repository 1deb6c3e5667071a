package dev.kafkaapibridge.runtime.schema;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A schema of bodies that stands in a ConfigMap. One that can't be used leaves the former one in
 * use. Safe for all lanes.
 */
final class FileSchema implements BodySchema {

  /** What was read, and the rules of it or of the last one that had some. */
  private record Read(byte[] bytes, @Nullable JsonRules rules, @Nullable Trouble trouble) {}

  private final Supplier<byte @Nullable []> file;
  private final Clock clock;
  private volatile @Nullable Read last;

  /**
   * @param file what the ConfigMap holds, the same array while it is the same; null: nothing yet
   */
  FileSchema(Supplier<byte @Nullable []> file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  @Override
  public JsonRules rules() throws SchemaMissing {
    byte[] bytes = file.get();
    if (bytes == null) {
      throw new SchemaMissing("ConfigMapMissing");
    }
    Read read = last;
    if (read == null || read.bytes() != bytes) {
      read = read(bytes);
    }
    JsonRules rules = read.rules();
    if (rules == null) {
      throw new SchemaMissing("InvalidSchema");
    }
    return rules;
  }

  private synchronized Read read(byte[] bytes) {
    Read before = last;
    if (before != null && before.bytes() == bytes) {
      return before;
    }
    Read now;
    try {
      var text = new SchemaText(new String(bytes, StandardCharsets.UTF_8), Map.of(), null);
      now = new Read(bytes, JsonRules.of(text), null);
    } catch (UnusableSchema e) {
      var trouble =
          new Trouble(
              "InvalidSchema", String.valueOf(e.getMessage()), "ConfigMap", clock.instant());
      now = new Read(bytes, before == null ? null : before.rules(), trouble);
    }
    last = now;
    return now;
  }

  @Override
  public Optional<Trouble> trouble() {
    return Optional.ofNullable(last).map(Read::trouble);
  }
}
