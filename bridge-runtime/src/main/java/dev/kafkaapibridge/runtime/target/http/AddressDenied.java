package dev.kafkaapibridge.runtime.target.http;

import java.io.IOException;

/** A connection that was not opened, because it would have led to an address that no target has. */
final class AddressDenied extends IOException {

  private final String address;

  AddressDenied(String address) {
    super("address denied");
    this.address = address;
  }

  String address() {
    return address;
  }
}
