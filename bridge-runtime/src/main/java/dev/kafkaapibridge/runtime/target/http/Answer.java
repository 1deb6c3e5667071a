package dev.kafkaapibridge.runtime.target.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the target answered, as far as it was read. */
interface Answer {

  int status();

  /** The last header of that name, ignoring case; null where there is none. */
  @Nullable String header(String name);

  /** All headers by their names in lower case; several of one name joined by commas. */
  Map<String, String> headers();

  /** The body's beginning; empty unless {@link HttpVerdicts#looksAtBodies()}. */
  byte[] body();
}
