package dev.kafkaapibridge.operator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A word that somebody's script waits for is in the guide before it is in a status. */
class ReplayGuideTest {

  private static final Pattern REASON =
      Pattern.compile("(?:going|end)\\(\\s*now,\\s*(?:Succeeded\\.\\w+,\\s*)?\"([A-Za-z]+)\"");

  @Test
  void eachReasonThatTheCodeCanGiveStandsThere() throws IOException {
    String code =
        Files.readString(
            Path.of("src/main/java/dev/kafkaapibridge/operator/replay/ReplayStatus.java"));
    String guide = Files.readString(Path.of("../docs/guide/replay.md"));
    List<String> reasons =
        REASON.matcher(code).results().map((MatchResult m) -> m.group(1)).distinct().toList();

    assertThat(reasons).contains("Queued", "InvalidFilter", "BridgeStopped").hasSizeGreaterThan(8);
    assertThat(reasons).allSatisfy(reason -> assertThat(guide).contains("`" + reason + "`"));
    assertThat(guide).contains("`Completed`", "`NothingInWindow`", "`Running`");
  }
}
