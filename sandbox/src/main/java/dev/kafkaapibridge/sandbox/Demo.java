package dev.kafkaapibridge.sandbox;

import dev.kafkaapibridge.sandbox.api.Ledger;
import dev.kafkaapibridge.sandbox.api.Switches;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.view.LiveView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The guided tour: a bridge is applied, records flow, the API's weather turns and turns again, what
 * is left is drained, and a ledger tells what became of each record.
 */
final class Demo {

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(3);
  private static final int PARTITIONS = 6;
  private static final int ORDERS = 500;

  private final Sandbox sandbox;
  private final DemoOptions options;
  private final Example example;
  private final LiveView view;

  Demo(Sandbox sandbox, DemoOptions options, Example example, LiveView view) {
    this.sandbox = sandbox;
    this.options = options;
    this.example = example;
    this.view = view;
  }

  Ledger run() throws InterruptedException {
    String topic = example.topics().getFirst();
    for (String each : example.topics()) {
      sandbox.broker().topics().create(each, PARTITIONS);
    }
    DeployedBridge bridge = sandbox.apply(example);
    view.announce("applied examples/" + options.example() + "/bridge.yaml; waiting for its pods");
    bridge.awaitReady(READY_LIMIT);
    view.announce(bridge.name() + " is ready");
    view.hint(hints());
    try (var producer = new OrderProducer(sandbox.broker(), topic, ORDERS);
        var observer = new Observer(sandbox, bridge, topic, producer)) {
      sandbox.api().account(producer::sent, () -> sandbox.deadLetters(bridge));
      Thread producing =
          Thread.startVirtualThread(
              () -> producer.produceEvenly(options.records(), options.rate()));
      try {
        for (DemoPhase phase : DemoPhase.of(options.seconds(), options.rate())) {
          pass(phase, observer);
        }
        drain(observer, producing);
      } finally {
        producing.interrupt();
        producing.join();
      }
      return sandbox.api().ledger();
    }
  }

  private void pass(DemoPhase phase, Observer observer) throws InterruptedException {
    view.announce("-- " + phase.weather());
    sandbox.api().set(phase.switches());
    Instant until = Instant.now().plus(phase.lasts());
    while (Instant.now().isBefore(until)) {
      sandbox.requireOperator();
      view.show(observer.look(phase.weather()));
      Thread.sleep(LOOK_EVERY);
    }
  }

  /** Until all is produced and committed; records in the dead-letter topic are committed too. */
  private void drain(Observer observer, Thread producing) throws InterruptedException {
    view.announce("-- draining what is left");
    sandbox.api().set(Switches.FAIR);
    Instant until = Instant.now().plus(DRAIN_LIMIT);
    while (producing.isAlive() || !observer.lag().equals(OptionalLong.of(0))) {
      if (!producing.isAlive() && Instant.now().isAfter(until)) {
        view.announce("giving up: not drained within " + DRAIN_LIMIT.toMinutes() + " minutes");
        return;
      }
      view.show(observer.look("draining"));
      Thread.sleep(LOOK_EVERY);
    }
    view.show(observer.look("drained"));
  }

  private List<String> hints() {
    var hints = new ArrayList<String>();
    String kubectl = sandbox.cluster().kubectlToType();
    String namespace = sandbox.namespace().equals("default") ? "" : " -n " + sandbox.namespace();
    hints.add("Look for yourself, in another terminal:");
    hints.add("  export KUBECONFIG=" + sandbox.cluster().kubeconfig());
    hints.add("  " + kubectl + " get kab -w" + namespace);
    hints.add("  " + kubectl + " describe kab " + example.name() + namespace);
    hints.add("  " + kubectl + " logs -f deployment/" + example.name() + "-bridge" + namespace);
    hints.add("Throw the API's switches, see its ledger:");
    hints.add(
        "  curl -X PUT -d '{\"outage\": \"ServiceUnavailable\"}' %s/_switchboard"
            .formatted(sandbox.api().switchboardUrl()));
    hints.add("  curl %s/_ledger".formatted(sandbox.api().switchboardUrl()));
    return hints;
  }
}
