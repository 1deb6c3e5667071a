package dev.kafkaapibridge.benchmarks.autoscaling;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** The answer for one run: one JSON object, in the order of the format's page. */
final class Line {

  private Line() {}

  static String of(Scenario scenario, String controller, Measured measured) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("scenario", scenario.name());
    line.put("controller", controller);
    line.put("seed", scenario.seed());
    line.put("lagIntegral", rounded(measured.lagIntegral()));
    line.put("ageP50", rounded(measured.ageP50()));
    line.put("ageP99", rounded(measured.ageP99()));
    line.put("sloViolationSeconds", measured.sloViolationSeconds());
    line.put("podHours", rounded(measured.podHours()));
    line.put("throttled", measured.throttled());
    line.put("errors", measured.errors());
    line.put("delivered", measured.delivered());
    line.put("attemptsPerDelivery", rounded(measured.attemptsPerDelivery()));
    line.put("scaleActions", measured.scaleActions());
    line.put("flaps", measured.flaps());
    line.put("peakReplicas", measured.peakReplicas());
    line.put("recoverySeconds", measured.recoverySeconds());
    line.put("undelivered", measured.undelivered());
    return line.toString();
  }

  private static BigDecimal rounded(double value) {
    return BigDecimal.valueOf(value).setScale(4, RoundingMode.HALF_EVEN);
  }
}
