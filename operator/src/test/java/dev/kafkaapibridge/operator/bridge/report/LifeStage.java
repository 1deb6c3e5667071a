package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.OLDER_SPEC;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.starting;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.throttled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.troubled;
import static dev.kafkaapibridge.operator.bridge.report.Situations.running;

import dev.kafkaapibridge.operator.bridge.Annotated;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import dev.kafkaapibridge.operator.bridge.observe.PodTrouble;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import dev.kafkaapibridge.operator.bridge.observe.Throttling;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import dev.kafkaapibridge.operator.offsets.Look;
import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.offsets.Vigil;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Regime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** A bridge's life in stages, each as somebody may meet it with a tool. */
enum LifeStage {
  Created(() -> after(new Situations(), seen(null, fleet()))),
  Starting(() -> after(new Situations(), seen(null, fleet()), podStarts())),
  Running(() -> after(running(), serves())),
  RollingOut(() ->
      after(
          running().generation(2),
          seen(
              Pods.of(1, 2, 1, 1),
              fleet(says("a", "specHash", "\"" + OLDER_SPEC + "\""), silent(starting("b")))))),
  ScalingUp(() -> after(running().generation(2).replicas(2), seen(Pods.of(2, 2, 2, 1), one()))),
  ScaledToZero(() ->
      after(
          running().spec("autoscaling: {mode: External}\n  replicas: 0").replicas(0),
          seen(settled(0), fleet()))),
  Asleep(() -> after(asleep(looked(Look.Seen.class)), seen(settled(0), fleet()))),
  AsleepAndBlind(() ->
      after(
          asleep(looked(Look.Blind.class)).after(Duration.ofMinutes(1)),
          seen(settled(0), fleet()))),
  SecretMissing(() -> after(withSecret(), seen(null, fleet()), secretMissing())),
  SecretMissingForLong(() ->
      after(
          after(withSecret(), seen(null, fleet()), secretMissing()).after(Duration.ofMinutes(5)),
          secretMissing())),
  BadImage(() ->
      after(
          new Situations(),
          seen(null, fleet()),
          trouble(
              "ImagePullFailed",
              "Pod 'a' cannot get image 'crm:9': not found; check spec.workload.image and"
                  + " imagePullSecrets",
              true))),
  CrashLoop(() ->
      after(
          running(),
          trouble(
              "CrashLooping",
              "Pod 'a' ends again and again: it needs more memory than its limit; raise"
                  + " spec.workload.resources.limits.memory",
              false))),
  Quota(() ->
      after(
          new Situations(),
          seen(
              new Workload(
                  Pods.SPEC,
                  true,
                  1,
                  0,
                  0,
                  0,
                  0,
                  false,
                  null,
                  "pods \"orders-bridge-x\" is forbidden: exceeded quota: small, requested: pods=1,"
                      + " used: pods=0, limited: pods=0"),
              fleet()))),
  SpecRefused(() ->
      after(
          running()
              .spec("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}")
              .generation(2),
          serves())),
  NameTaken(() ->
      after(
          new Situations()
              .applied(
                  new Application.Refused(
                      "NameConflict",
                      "ConfigMap 'orders-bridge' exists and is not this bridge's: delete it, or"
                          + " give the bridge another name")),
          seen(null, fleet()))),
  KafkaAway(() ->
      after(
          running(),
          seen(
              settled(1),
              fleet(
                  says(
                      "a",
                      "kafka.health",
                      "{\"ok\": false, \"reason\": \"BootstrapUnreachable\", \"message\": \"No"
                          + " broker answers at kafka:9092.\"}"))))),
  ApiDown(() ->
      after(
          running(),
          seen(
              settled(1),
              fleet(says("a", "target.circuit", "\"Open\"")),
              new Health(
                  false,
                  "CircuitOpen",
                  "The target fails; records wait and spend no attempts. Last: the target answered"
                      + " 503.")))),
  CredentialsRefused(() ->
      after(
          running(),
          seen(
              settled(1),
              one(),
              new Health(false, "AuthenticationFailed", "the target answered 401")))),
  RateLimited(() ->
      after(running(), throttled(serves(), new Throttling(Throttling.Cause.RateLimited, 83)))),
  Throttled(() ->
      after(running(), throttled(serves(), new Throttling(Throttling.Cause.TargetThrottling, 18)))),
  ApiBound(() ->
      after(
          running()
              .decided(
                  5,
                  Regime.ApiBound,
                  Limit.Throttling,
                  "demand 131/s, API ceiling 80/s (learned, 429 2 s ago), pod rate 20/s: more replicas would not help; the backlog grows"),
          throttled(
              seen(settled(5), fleet(says("a"), says("b"), says("c"), says("d"), says("e"))),
              new Throttling(Throttling.Cause.TargetThrottling, 6)))),
  Blocked(() ->
      after(
          running(),
          seen(
              settled(1),
              fleet(
                  says(
                      "a",
                      "held",
                      "[{\"topic\": \"orders\", \"partition\": 1, \"offset\": 512, \"why\":"
                          + " \"Blocked\", \"reason\": \"Refused\", \"since\":"
                          + " \"2026-11-25T10:00:10Z\"}]"))))),
  DeadLettersFail(() ->
      after(
          running(),
          seen(
              settled(1),
              fleet(
                  says(
                      "a",
                      "deadLetter.health",
                      "{\"ok\": false, \"reason\": \"WriteFailed\", \"message\": \"Topic"
                          + " 'shop.orders.dlt' does not take records of this size.\"}"))))),
  Paused(() ->
      after(
          running().spec("state: Paused").generation(2),
          seen(settled(1), fleet(says("a", "paused", "true"))))),
  Stopped(() ->
      after(running().spec("state: Stopped").generation(2).replicas(0), seen(settled(0), fleet()))),
  ReconciliationPaused(() ->
      after(
          running()
              .annotated(Annotated.PAUSE_RECONCILIATION, "true")
              .applied(new Application.Held()),
          serves())),
  OperatorFails(() -> {
    Situations bridge = running();
    bridge.fail("The API server answered 500: etcdserver: request timed out");
    return bridge;
  });

  private final Supplier<Situations> life;

  LifeStage(Supplier<Situations> life) {
    this.life = life;
  }

  /** The bridge with its status. */
  Situations live() {
    return life.get();
  }

  /** Of the folder with its golden files: {@code SecretMissing} is {@code secret-missing}. */
  String folder() {
    return name().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  private static Situations after(Situations bridge, Observation... seen) {
    for (Observation one : seen) {
      bridge.see(one);
    }
    return bridge;
  }

  /** Its last pod went, and the operator has looked since. */
  private static Situations asleep(Vigil vigil) {
    Situations bridge =
        running().spec("autoscaling: {minReplicas: 0, maxReplicas: 5}").generation(2);
    return bridge.asleep(vigil);
  }

  private static Vigil looked(Class<? extends Look> how) {
    Instant then = Situations.START.toInstant();
    Look look =
        how == Look.Blind.class
            ? new Look.Blind(
                new Trouble("BootstrapUnreachable", "the brokers don't answer within 5 s"))
            : new Look.Seen(
                List.of(new Look.Place("orders-0", 12, new Look.Position.Committed(12))), null);
    return Vigil.from(then).after(look, then);
  }

  private static Fleet one() {
    return fleet(says("a"));
  }

  private static Observation serves() {
    return seen(settled(1), one());
  }

  private static Observation podStarts() {
    return seen(Pods.of(1, 1, 1, 0), fleet(silent(starting("a"))));
  }

  private static Observation trouble(String reason, String message, boolean lasting) {
    return seen(
        Pods.of(1, 1, 1, 0),
        fleet(silent(troubled("a", new PodTrouble(reason, message, lasting)))));
  }

  private static Situations withSecret() {
    return new Situations().header("{name: Authorization, secretKeyRef: {name: crm, key: token}}");
  }

  private static Observation secretMissing() {
    return seen(
        Pods.of(1, 1, 1, 0),
        fleet(
            says(
                "a",
                "references",
                "[{\"kind\": \"Secret\", \"name\": \"crm\", \"key\": \"token\", \"field\":"
                    + " \"spec.target.http.headers[0].secretKeyRef\", \"state\":"
                    + " \"ObjectNotFound\"}]")));
  }
}
