package dev.kafkaapibridge.sandbox.bridge;

/**
 * How much the long tests do: a share of it in every build, all of it with {@code
 * -Dkab.scale=full}.
 */
final class Scale {

  private static final boolean FULL = "full".equals(System.getProperty("kab.scale"));

  private Scale() {}

  static int of(int always, int full) {
    return FULL ? full : always;
  }
}
