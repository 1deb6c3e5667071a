package dev.kafkaapibridge.api.certificates;

/** What a handshake that failed means to whoever runs the bridge. Pure. */
public final class TlsFailure {

  private static final int LONGEST = 300;

  private TlsFailure() {}

  /** Half a sentence without a full stop. */
  public static String of(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause.getCause() != null && i < 16; i++) {
      cause = cause.getCause(); // "Handshake failed" is not why
    }
    String message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return message.length() > LONGEST ? message.substring(0, LONGEST) : message;
  }
}
