package dev.kafkaapibridge.runtime.target.http;

import java.io.IOException;

/** The target doesn't offer the HTTP version that the spec insists on; nothing was sent. */
final class OtherProtocol extends IOException {
  OtherProtocol() {
    super("no HTTP/2");
  }
}
