package dev.kafkaapibridge.sandbox.node;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The runtime's image as the next release would have it: all the same, but for its version. */
final class NextRuntime {

  static final String VERSION = "9.9.9";
  static final String NAME = "localhost/kafka-api-bridge/runtime:" + VERSION;

  private static final JsonMapper JSON = new JsonMapper();

  private NextRuntime() {}

  /** One more layer over the image of today, in which the jar's manifest names another version. */
  static Path archive(Path scratch) throws IOException {
    Path image = SandboxOptions.projectRoot().resolve("bridge-runtime/target/runtime-image.tar");
    Path unpacked = Files.createDirectories(scratch.resolve("image"));
    Path layer = Files.createDirectories(scratch.resolve("layer"));
    run("tar", "-xf", image.toString(), "-C", unpacked.toString());
    var manifest = (ArrayNode) JSON.readTree(unpacked.resolve("manifest.json").toFile());
    var config = (ObjectNode) JSON.readTree(unpacked.resolve("config.json").toFile());
    var entry = (ObjectNode) manifest.get(0);

    for (var archive : entry.path("Layers")) {
      run(
          "sh",
          "-c",
          "tar -xzf '%s' -C '%s' --wildcards 'app/classpath/*.jar' 2> /dev/null || true"
              .formatted(unpacked.resolve(archive.asText()), layer));
    }
    rename(layer.resolve("app/classpath"));
    // What Java kept of the jars of today knows their version, and Java doesn't look whether they
    // changed.
    Files.writeString(layer.resolve("app/start.options"), "");

    Path packed = scratch.resolve("layer.tar");
    run("tar", "-cf", packed.toString(), "--owner=0", "--group=0", "-C", layer.toString(), "app");
    String sum = sha256(Files.readAllBytes(packed));
    Files.move(packed, unpacked.resolve(sum + ".tar"));
    ((ArrayNode) entry.path("Layers")).add(sum + ".tar");
    entry.putArray("RepoTags").add(NAME);
    ((ArrayNode) config.at("/rootfs/diff_ids")).add("sha256:" + sum);
    ((ArrayNode) config.path("history")).addObject().put("comment", "the next release");
    JSON.writeValue(unpacked.resolve("manifest.json").toFile(), manifest);
    JSON.writeValue(unpacked.resolve("config.json").toFile(), config);
    Path next = scratch.resolve("next-runtime.tar");
    run("sh", "-c", "cd '%s' && tar -cf '%s' *".formatted(unpacked, next));
    return next;
  }

  private static void rename(Path folder) throws IOException {
    try (var jars = Files.list(folder)) {
      Path jar = jars.findFirst().orElseThrow();
      try (var files = FileSystems.newFileSystem(jar)) {
        Path manifest = files.getPath("META-INF/MANIFEST.MF");
        String text = Files.readString(manifest);
        Files.writeString(
            manifest,
            text.replaceAll("Implementation-Version: .*", "Implementation-Version: " + VERSION));
      }
      Files.setPosixFilePermissions(
          jar, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(String... command) throws IOException {
    try {
      int code =
          new ProcessBuilder(new ArrayList<>(List.of(command))).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IOException(String.join(" ", command) + " ended with " + code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
