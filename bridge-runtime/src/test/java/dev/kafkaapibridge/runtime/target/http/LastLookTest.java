package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fence that shuts after the call has begun. */
@Timeout(30)
class LastLookTest {

  private final MockWebServer server = new MockWebServer();
  private final TargetUnderTest under = new TargetUnderTest();
  private long now;
  private final SendFence fence =
      new SendFence(Duration.ofSeconds(300), Duration.ofSeconds(45), () -> now);
  private final Assignment assignment = new Assignment(new TopicPartition("orders", 0), fence);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aProcessThatStandsStillWhileItConnectsWritesNoRequest() throws Exception {
    server.start();
    server.enqueue(new MockResponse.Builder().code(200).build());
    under.dns =
        name -> {
          now += Duration.ofSeconds(60).toNanos();
          return List.of(InetAddress.getLoopbackAddress());
        };

    try (var target = under.at("http://api.test:" + server.getPort() + "/", "")) {
      var call = TargetUnderTest.call(target, Records.record(assignment, 7, "a"));
      assertThat(call.send()).isInstanceOf(Verdict.Cut.class);
      assertThat(under.sent).hasValue(0);
      assertThat(server.getRequestCount()).isZero();

      under.dns = name -> List.of(InetAddress.getLoopbackAddress());
      fence.heard(now);
      fence.polling();
      fence.polled();
      assertThat(call.send()).as("the same call, later").isInstanceOf(Verdict.Accepted.class);
    }
    assertThat(under.sent).hasValue(1);
  }
}
