package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import okhttp3.tls.HeldCertificate;

/**
 * The Secrets and ConfigMaps that the bridges of a directory name, as the kubelet mounts them: what
 * is read is whole.
 *
 * @param directory of the bridges' files
 */
record Mounted(Path directory) {

  void secret(String name, String key, String content) {
    write("secret", name, key, content.getBytes(UTF_8));
  }

  void configMap(String name, String key, byte[] content) {
    write("configmap", name, key, content);
  }

  private void write(String kind, String name, String key, byte[] content) {
    try {
      Path file = refs().resolve(kind).resolve(name).resolve(key);
      Files.createDirectories(file.getParent());
      Path written = Files.createTempFile(directory, kind, "");
      Files.write(written, content);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path refs() {
    return directory.resolve("refs");
  }

  /** As cert-manager writes it. */
  void certificate(String name, HeldCertificate certificate) {
    secret(name, "tls.crt", certificate.certificatePem());
    secret(name, "tls.key", certificate.privateKeyPkcs8Pem());
  }
}
