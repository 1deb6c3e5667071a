package dev.kafkaapibridge.api.expression;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a Content-Type says of a body. Pure. */
public final class MediaTypes {

  private MediaTypes() {}

  /**
   * Whether a template's body is to be JSON.
   *
   * @param contentType null where none is written: then it is
   */
  public static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return true;
    }
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.equals("application/json") || type.endsWith("+json");
  }
}
