package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.operator.kube.Notice;
import java.util.List;

/** Credentials and certificates that all pods use in their new version, as events. Pure. */
public final class RotationNotices {

  private RotationNotices() {}

  /** Of each, kind, name and key; never what is in it. */
  public static List<Notice> of(List<String> rotated) {
    return rotated.stream()
        .map(what ->
            new Notice(
                Notice.Type.Normal,
                "CredentialsRotated",
                "ResolveReferences",
                what + ": all pods use its new content; what it was before may be withdrawn"))
        .toList();
  }
}
