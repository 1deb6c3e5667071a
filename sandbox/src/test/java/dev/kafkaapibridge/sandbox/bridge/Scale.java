package dev.kafkaapibridge.sandbox.bridge;

import java.util.List;
import java.util.Random;

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

  /** Of several ways that are to hold alike, one by chance in a build, and all where it is full. */
  static <T> List<T> ways(T[] all, Random random) {
    return FULL ? List.of(all) : List.of(all[random.nextInt(all.length)]);
  }
}
