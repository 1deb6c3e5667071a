package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.http.HeaderText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in metadata: printable ASCII, or, under a name that ends in {@code -bin}, any
 * bytes, in base64. Pure.
 */
final class MetadataText implements HeaderText {

  static final MetadataText INSTANCE = new MetadataText();

  private MetadataText() {}

  @Override
  public @Nullable String of(String name, byte[] value) {
    if (name.toLowerCase(Locale.ROOT).endsWith("-bin")) {
      return Base64.getEncoder().withoutPadding().encodeToString(value);
    }
    for (byte b : value) {
      if (b < ' ' || b > '~') {
        return null;
      }
    }
    return new String(value, StandardCharsets.US_ASCII);
  }

  @Override
  public String unfit() {
    return "other characters than printable ASCII (a name that ends in -bin takes any)";
  }
}
