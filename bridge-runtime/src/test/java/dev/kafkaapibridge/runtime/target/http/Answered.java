package dev.kafkaapibridge.runtime.target.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An answer out of thin air. */
record Answered(int status, Map<String, String> given, String text) implements Answer {

  @Override
  public String header(String name) {
    return headers().get(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public Map<String, String> headers() {
    return given.entrySet().stream()
        .collect(
            Collectors.toMap(
                header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
  }

  @Override
  public byte[] body() {
    return text.getBytes(UTF_8);
  }
}
