package dev.kafkaapibridge.api.derived;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brokers to ask for the rest, as {@code spec.kafka.bootstrapServers} takes them. Pure. */
public final class BootstrapServers {

  private static final Pattern SERVER =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");

  private static final int HIGHEST_PORT = 65_535;

  private BootstrapServers() {}

  /** Whether it is {@code host:port}, or several with commas and nothing else between. */
  public static boolean areSound(String servers) {
    return Arrays.stream(servers.split(",", -1)).allMatch(BootstrapServers::isSound);
  }

  private static boolean isSound(String server) {
    Matcher parts = SERVER.matcher(server);
    return parts.matches() && isPort(Integer.parseInt(parts.group(1)));
  }

  private static boolean isPort(int port) {
    return port >= 1 && port <= HIGHEST_PORT;
  }
}
