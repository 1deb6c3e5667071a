package dev.kafkaapibridge.operator.bridge.observe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Missing;
import dev.kafkaapibridge.operator.kube.CleanText;
import org.jspecify.annotations.Nullable;

/** Why a pod could not get a schema that it needs, for people. Pure. */
final class RegistryTrouble {

  private RegistryTrouble() {}

  /** Null while nothing is wrong, or nothing that this operator knows. */
  static @Nullable Missing read(JsonNode registry, String state) {
    String what =
        switch (state) {
          case "Unreachable" ->
              "can't be reached or does not answer in time. Start it, correct the URL, or let the pods reach it";
          case "AuthenticationFailed" ->
              "refuses the credentials (401 or 403). Correct basicAuthSecretRef or what is in it";
          case "CredentialsMissing" -> "is not asked while its credentials are missing";
          case "TLSFailed" -> "has a certificate that is not trusted. Correct tls";
          case "AddressDenied" ->
              "has an address to which nothing is sent: link-local, or a cloud's metadata";
          case "Failing" -> "answers with errors";
          case "InvalidAnswer" ->
              "answers something that is none of its flavor's. Correct flavor or the URL";
          case "InvalidSchema", "SubjectNotFound" -> null;
          default -> "";
        };
    String name = CleanText.of(registry.path("name").asText(), 253);
    String schema = CleanText.of(registry.path("key").asText(), 100);
    if (what == null) {
      return new Missing(
          "SchemaInvalid",
          state.equals("SubjectNotFound")
              ? "The schema registry %s has no %s; records wait (spec.target.http.body.schema)"
                  .formatted(name, schema)
              : "The schema with %s can't be used; records that need it wait (spec.record.schemaRegistry)"
                  .formatted(schema));
    }
    return what.isEmpty()
        ? null
        : new Missing(
            "SchemaRegistryUnavailable",
            "The schema registry %s %s. Records with a schema that is not known yet wait, first the one with %s (spec.record.schemaRegistry)"
                .formatted(name, what, schema));
  }
}
