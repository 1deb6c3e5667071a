package dev.kafkaapibridge.operator.bridge.resources;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports of all addresses that a spec names. Pure. An address that names no port has that of its
 * scheme. The target is still listed where a proxy stands before it: an {@code http} target is one
 * request to the proxy, but nothing is lost by a port that nobody answers at.
 */
public final class CalledPorts {

  /** Each place of the CRD where an address stands; a test holds the list to the CRD. */
  static final List<String> ADDRESSES =
      List.of(
          "/kafka/bootstrapServers",
          "/kafka/authentication/oauth2/tokenURL",
          "/record/schemaRegistry/url",
          "/target/http/url",
          "/target/http/proxyURL",
          "/target/http/authentication/oauth2/tokenURL",
          "/target/grpc/address",
          "/target/grpc/authentication/oauth2/tokenURL",
          "/observability/tracing/otlpEndpoint");

  /** Scheme and authority; the authority may be an IPv6 literal, or hold placeholders no more. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?:(?<scheme>[a-z]+)://)?(?:\\[[^\\]]*]|[^:/?#]*)(?::(?<port>[0-9]+))?.*");

  private CalledPorts() {}

  /** {@code spec} is sound. */
  public static SortedSet<Integer> of(JsonNode spec) {
    var ports = new TreeSet<Integer>();
    for (String place : ADDRESSES) {
      JsonNode written = spec.at(place);
      if (written.isTextual()) {
        for (String address : written.asText().split(",", -1)) {
          ports.add(port(address.strip()));
        }
      }
    }
    return ports;
  }

  private static int port(String address) {
    Matcher parts = ADDRESS.matcher(address);
    if (parts.matches() && parts.group("port") != null) {
      return Integer.parseInt(parts.group("port"));
    }
    return parts.matches() && "http".equals(parts.group("scheme")) ? 80 : 443;
  }
}
