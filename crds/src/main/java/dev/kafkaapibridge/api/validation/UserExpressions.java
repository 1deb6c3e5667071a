package dev.kafkaapibridge.api.validation;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.expression.JsonTemplate;
import dev.kafkaapibridge.api.expression.MediaTypes;
import dev.kafkaapibridge.api.expression.Template;
import dev.kafkaapibridge.api.expression.UrlTemplate;
import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.ItemsSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.api.v1alpha1.ResponseRuleSpec;
import java.util.List;

/**
 * Compiles what the user wrote in CEL, so that a mistake is found before a rollout and not by pods
 * that don't start.
 */
final class UserExpressions {

  static final String FILTER = "spec.record.filter";

  private interface Compilation {
    Object compile() throws Unsound;
  }

  private UserExpressions() {}

  static void check(KafkaApiBridgeSpec spec, List<Violation> violations) {
    String filter = spec.record().filter();
    if (filter != null) {
      compile(
          FILTER,
          () -> Expression.condition(filter, Declarations.ofRecord("record.", spec.record())),
          "write it as record.headers['type'] == 'order'",
          violations);
    }
    HttpSpec http = spec.target().http();
    if (http != null) {
      http(http, spec.record(), violations);
    }
    BatchSpec batch = spec.delivery().batch();
    ItemsSpec items = batch == null ? null : batch.items();
    if (items != null) {
      rules(items.rules(), "spec.delivery.batch.items.rules", Declarations.ofItem(), violations);
    }
    GrpcSpec grpc = spec.target().grpc();
    if (grpc != null) {
      headers(grpc.metadata(), "spec.target.grpc.metadata", spec.record(), violations);
      rules(
          grpc.responseRules(),
          "spec.target.grpc.responseRules",
          Declarations.ofGrpcResponse(),
          violations);
    }
  }

  private static void http(HttpSpec http, RecordSpec record, List<Violation> violations) {
    rules(
        http.responseRules(),
        "spec.target.http.responseRules",
        Declarations.ofResponse(),
        violations);
    compile(
        "spec.target.http.url",
        () -> UrlTemplate.compile(http.url(), Declarations.ofRecord("", record)),
        "write it as https://api.example.com/v1/orders/{key}; a brace as itself is %7B or %7D",
        violations);
    headers(http.headers(), "spec.target.http.headers", record, violations);
    String body = http.body().template();
    if (body != null) {
      compile(
          "spec.target.http.body.template",
          () ->
              JsonTemplate.compile(
                  body,
                  MediaTypes.isJson(http.body().contentType()),
                  Declarations.ofRecord("record.", record)),
          "write it as {\"order\": {{record.value}}}",
          violations);
    }
  }

  private static void headers(
      List<HeaderSpec> headers, String list, RecordSpec record, List<Violation> violations) {
    for (int i = 0; i < headers.size(); i++) {
      String template = headers.get(i).template();
      if (template != null) {
        compile(
            list + "[" + i + "].template",
            () -> Template.compile(template, Declarations.ofRecord("record.", record)),
            "write it as {{record.headers['tenant']}}",
            violations);
      }
    }
  }

  private static void rules(
      List<ResponseRuleSpec> rules, String list, Declarations names, List<Violation> violations) {
    for (int i = 0; i < rules.size(); i++) {
      try {
        Expression.condition(rules.get(i).when(), names);
      } catch (Unsound e) {
        violations.add(
            new Violation(list + "[" + i + "].when", "Invalid value: " + e.getMessage()));
      }
    }
  }

  private static void compile(
      String field, Compilation compilation, String fix, List<Violation> violations) {
    try {
      compilation.compile();
    } catch (Unsound e) {
      violations.add(new Violation(field, "Invalid value: " + e.getMessage(), fix));
    }
  }
}
