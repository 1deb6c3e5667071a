package dev.kafkaapibridge.runtime.target.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What may stand in a field of a request, and how it is written there. Pure. */
public interface HeaderText {

  /** HTTP's: UTF-8 without control characters. */
  HeaderText OF_HTTP =
      new HeaderText() {
        @Override
        public @Nullable String of(String name, byte[] value) {
          String text = new String(value, StandardCharsets.UTF_8);
          return RequestHeaders.isHeaderValue(text) ? text : null;
        }

        @Override
        public String unfit() {
          return "control characters";
        }
      };

  /** A value as it is written in the field of that name; null where it may not stand there. */
  @Nullable String of(String name, byte[] value);

  /** What it has that may not stand there, for people. */
  String unfit();
}
