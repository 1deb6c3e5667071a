package dev.kafkaapibridge.api.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeniedAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.170.2",
        "0.0.0.0",
        "0.1.2.3",
        "224.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "168.63.129.16",
        "::",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "fe80::a9fe:a9fe",
        "ff02::1",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::169.254.169.254",
        "2002:a9fe:a9fe::1"
      })
  void noTargetHasIt(String address) {
    assertThat(DeniedAddresses.contain(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.253.0.1",
        "100.100.100.201",
        "203.0.113.7",
        "2001:db8::1",
        "fd00::1",
        "64:ff9b::203.0.113.7",
        "2002:cb00:7107::1",
        "::ffff:203.0.113.7"
      })
  void aTargetMayHaveIt(String address) {
    assertThat(DeniedAddresses.contain(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "0xa9.0xfe.0xa9.0xfe",
        "169.16689662",
        "169.254.43518",
        "0",
        "169.254.169.254",
        "::ffff:a9fe:a9fe"
      })
  void numbersAreReadInEveryNotation(String host) {
    assertThat(DeniedAddresses.containLiteral(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"api.example.com", "localhost", "127.0.0.1", "a9fea9fe", "", "1.2.3.4.5"})
  void namesAreNoNumbers(String host) {
    assertThat(DeniedAddresses.containLiteral(host)).isFalse();
  }
}
