package dev.kafkaapibridge.sandbox.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import okhttp3.tls.HeldCertificate;

/**
 * The Secrets that the bridges of a directory name, as the kubelet mounts them: what is read is
 * whole.
 *
 * @param directory of the bridges' files
 */
record Mounted(Path directory) {

  void secret(String name, String key, String content) {
    try {
      Path file = directory.resolve("refs/secret").resolve(name).resolve(key);
      Files.createDirectories(file.getParent());
      Path written = Files.createTempFile(directory, "secret", "");
      Files.writeString(written, content);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As cert-manager writes it. */
  void certificate(String name, HeldCertificate certificate) {
    secret(name, "tls.crt", certificate.certificatePem());
    secret(name, "tls.key", certificate.privateKeyPkcs8Pem());
  }
}
