package dev.kafkaapibridge.runtime.record;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** What a record's headers say under a name: of several the last counts. Pure. */
public final class HeaderValue {

  private HeaderValue() {}

  /** As UTF-8 text; empty where there is none of that name, or it has no value. */
  public static Optional<String> text(Headers headers, String name) {
    Header last = headers.lastHeader(name);
    return last == null || last.value() == null
        ? Optional.empty()
        : Optional.of(new String(last.value(), StandardCharsets.UTF_8));
  }
}
