package dev.kafkaapibridge.api.validation;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.expression.JsonTemplate;
import dev.kafkaapibridge.api.expression.MediaTypes;
import dev.kafkaapibridge.api.expression.Template;
import dev.kafkaapibridge.api.expression.UrlTemplate;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import java.util.List;

/**
 * Compiles what the user wrote in CEL, so that a mistake is found before a rollout and not by pods
 * that don't start.
 */
final class UserExpressions {

  private interface Compilation {
    Object compile() throws Unsound;
  }

  private UserExpressions() {}

  static void check(KafkaApiBridgeSpec spec, List<Violation> violations) {
    HttpSpec http = spec.target().http();
    if (http == null) {
      return;
    }
    Declarations record = Declarations.ofRecord("record.", spec.record());
    compile(
        "spec.target.http.url",
        () -> UrlTemplate.compile(http.url(), Declarations.ofRecord("", spec.record())),
        "write it as https://api.example.com/v1/orders/{key}; a brace as itself is %7B or %7D",
        violations);
    for (int i = 0; i < http.headers().size(); i++) {
      String template = http.headers().get(i).template();
      if (template != null) {
        compile(
            "spec.target.http.headers[" + i + "].template",
            () -> Template.compile(template, record),
            "write it as {{record.headers['tenant']}}",
            violations);
      }
    }
    String body = http.body().template();
    if (body != null) {
      compile(
          "spec.target.http.body.template",
          () -> JsonTemplate.compile(body, MediaTypes.isJson(http.body().contentType()), record),
          "write it as {\"order\": {{record.value}}}",
          violations);
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
