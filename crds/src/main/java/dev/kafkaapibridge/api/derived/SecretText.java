package dev.kafkaapibridge.api.derived;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a key of a Secret says where it holds text. Pure. */
public final class SecretText {

  private SecretText() {}

  /** Empty: it is not UTF-8, or says nothing. */
  public static Optional<String> of(byte[] content) {
    try {
      return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /**
   * Without the one line end that editors and {@code echo} add: a password may end in a space.
   * Empty: it says nothing.
   */
  public static Optional<String> of(String content) {
    String line = content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
    String text =
        line.length() < content.length() && line.endsWith("\r")
            ? line.substring(0, line.length() - 1)
            : line;
    return Optional.of(text).filter(said -> !said.isBlank());
  }
}
