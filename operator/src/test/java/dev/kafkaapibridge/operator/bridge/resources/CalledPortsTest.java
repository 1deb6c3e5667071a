package dev.kafkaapibridge.operator.bridge.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalledPortsTest {

  /** Fields of the CRD that hold an address are called like this; the names are the contract. */
  private static final Pattern ADDRESS =
      Pattern.compile("url|.*URL|bootstrapServers|address|.*Endpoint");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://crm.example.com/v1/orders | 443",
        "http://crm.example.com | 80",
        "https://crm.example.com:8443/v1/{key}?at={headers['a:9']} | 8443",
        "http://[2001:db8::1]/v1 | 80",
        "http://[2001:db8::1]:8080/v1 | 8080",
      })
  void areThoseOfTheUrl(String url, int port) throws Exception {
    JsonNode spec =
        new JsonMapper().readTree("{\"target\": {\"http\": {\"url\": \"%s\"}}}".formatted(url));

    assertThat(CalledPorts.of(spec)).containsExactly(port);
  }

  @Test
  void areThoseOfEachBroker() throws Exception {
    assertThat(
            CalledPorts.of(
                new JsonMapper()
                    .readTree("{\"kafka\": {\"bootstrapServers\": \"a:9092,b:9093,[::1]:9094\"}}")))
        .containsExactly(9092, 9093, 9094);
  }

  @Test
  void noAddressOfTheCrdIsForgotten() {
    var places = new TreeSet<String>();
    collect("", BridgeSchema.schema().at("/properties/spec"), places);

    assertThat(places).isEqualTo(new TreeSet<>(Set.copyOf(CalledPorts.ADDRESSES)));
  }

  private static void collect(String path, JsonNode schema, Set<String> places) {
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          String at = path + "/" + property.getKey();
          if (ADDRESS.matcher(property.getKey()).matches()
              && property.getValue().path("type").asText().equals("string")) {
            places.add(at);
          }
          collect(at, property.getValue(), places);
        });
  }
}
