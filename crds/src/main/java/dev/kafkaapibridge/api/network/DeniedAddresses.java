package dev.kafkaapibridge.api.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Addresses that no target and no broker has: those that are no single host's, link-local ones, and
 * those at which clouds hand out credentials to whoever asks from inside. An IPv4 address that
 * travels inside an IPv6 one counts as itself. Loopback and private addresses are allowed: sidecars
 * and services of the cluster live there. Pure.
 */
public final class DeniedAddresses {

  /** Beside 169.254.0.0/16 and fe80::/10, which are link-local. */
  private static final Set<InetAddress> METADATA =
      Stream.of(
              "100.100.100.200", // Alibaba Cloud
              "168.63.129.16", // Azure's WireServer
              "192.0.0.192", // Oracle Cloud, classic
              "fd00:ec2::254", // AWS
              "fd00:ec2::23", // AWS, pod identity
              "fd20:ce::254") // Google Cloud
          .map(InetAddress::ofLiteral)
          .collect(Collectors.toUnmodifiableSet());

  private DeniedAddresses() {}

  public static boolean contain(InetAddress address) {
    InetAddress inner = embedded(address);
    return isDenied(address) || inner != address && isDenied(inner);
  }

  /**
   * The same for a host written as numbers, also decimal, octal or hexadecimal ones as inet_aton(3)
   * reads them. For hosts that a proxy is going to resolve: no socket of ours will know them.
   */
  public static boolean containLiteral(String host) {
    return literal(host, InetAddress::ofLiteral) || literal(host, Inet4Address::ofPosixLiteral);
  }

  private static boolean literal(String host, Function<String, InetAddress> notation) {
    try {
      return contain(notation.apply(host));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isDenied(InetAddress address) {
    return address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || address instanceof Inet4Address && isOfNoHost(address.getAddress())
        || METADATA.contains(address);
  }

  /** 0.0.0.0/8, "this network" (RFC 1122), which Linux takes for itself; and 240.0.0.0/4. */
  private static boolean isOfNoHost(byte[] ipv4) {
    return ipv4[0] == 0 || (ipv4[0] & 0xF0) == 0xF0;
  }

  /**
   * The IPv4 address inside an IPv6 one: IPv4-compatible (RFC 4291, 2.5.5.1; mapped ones Java reads
   * as IPv4), NAT64 (RFC 6052 and RFC 8215), 6to4 (RFC 3056). The address itself if there is none.
   */
  private static InetAddress embedded(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != 16) {
      return address;
    }
    if (startsWith(bytes, 0x20, 0x02)) {
      return ipv4(bytes, 2);
    }
    boolean nat64 = startsWith(bytes, 0, 0x64, 0xFF, 0x9B);
    boolean compatible = startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) && bytes[12] != 0;
    return nat64 || compatible ? ipv4(bytes, 12) : address;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xFF) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
