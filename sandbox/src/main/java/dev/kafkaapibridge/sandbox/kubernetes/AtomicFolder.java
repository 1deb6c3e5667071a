package dev.kafkaapibridge.sandbox.kubernetes;

import dev.kafkaapibridge.sandbox.process.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A folder whose files change all at once, in the way that a kubelet does it and that programs
 * count on: the files lie in a hidden folder, a link named {@code ..data} points to the present
 * one, and what one sees are links through it. One thread writes; readers see the old or the new.
 */
final class AtomicFolder {

  private final Path folder;
  private Map<String, byte[]> present = Map.of();
  private int generation;

  AtomicFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder hold exactly these files.
   *
   * @param files content by path relative to the folder
   * @return whether anything changed
   */
  boolean write(Map<String, byte[]> files) {
    if (generation > 0 && same(files)) {
      return false;
    }
    try {
      generation++;
      Path next = folder.resolve("..generation-" + generation);
      Files.createDirectories(next);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = next.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
      Path link = folder.resolve("..data-next");
      Files.createSymbolicLink(link, next.getFileName());
      Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      for (String name : topNames(files)) {
        if (!Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
      }
      for (String gone : topNames(present)) {
        if (!topNames(files).contains(gone)) {
          Files.deleteIfExists(folder.resolve(gone));
        }
      }
      Folders.delete(folder.resolve("..generation-" + (generation - 1)));
      present = new TreeMap<>(files);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder, e);
    }
  }

  private boolean same(Map<String, byte[]> files) {
    return files.keySet().equals(present.keySet())
        && files.entrySet().stream()
            .allMatch(file -> Arrays.equals(file.getValue(), present.get(file.getKey())));
  }

  private static Set<String> topNames(Map<String, byte[]> files) {
    return files.keySet().stream()
        .map(path -> Path.of(path).getName(0).toString())
        .collect(Collectors.toSet());
  }
}
