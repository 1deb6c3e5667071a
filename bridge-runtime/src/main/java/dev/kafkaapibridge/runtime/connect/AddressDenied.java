package dev.kafkaapibridge.runtime.connect;

import java.io.IOException;

/**
 * A connection that was not opened, because it would have led to an address that nothing outside
 * has.
 */
public final class AddressDenied extends IOException {

  private final String address;

  public AddressDenied(String address) {
    super("address denied");
    this.address = address;
  }

  public String address() {
    return address;
  }
}
