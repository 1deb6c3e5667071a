package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.UrlTemplate;
import dev.kafkaapibridge.runtime.transform.RecordFields;
import dev.kafkaapibridge.runtime.transform.Unfit;
import okhttp3.HttpUrl;

/**
 * The URL of a record's request. Whatever stands in the record, it has the origin, the number of
 * path segments and the number of parameters that the spec gave it. Pure.
 */
final class RequestUrl {

  private static final String FIELD = "spec.target.http.url: ";

  private final UrlTemplate template;

  /** The URL itself where it is the same for all records; else one of its shape. */
  private final HttpUrl shape;

  private final boolean fixed;

  RequestUrl(UrlTemplate template) {
    this.template = template;
    this.shape = HttpUrl.get(template.sample());
    this.fixed = template.isFixed();
  }

  /** One whose origin is everybody's. */
  HttpUrl shape() {
    return shape;
  }

  HttpUrl of(RecordFields fields) throws Unfit {
    if (fixed) {
      return shape;
    }
    String text;
    try {
      text = template.render(fields);
    } catch (Failed e) {
      throw new Unfit(e.reason().name(), FIELD + e.getMessage());
    }
    HttpUrl url = HttpUrl.parse(text);
    // Values are encoded, so this can't be. Should it be nevertheless, the request goes nowhere.
    if (url == null
        || url.pathSize() != shape.pathSize()
        || url.querySize() != shape.querySize()
        || url.port() != shape.port()
        || !url.host().equals(shape.host())) {
      throw new Unfit("UnsafePath", FIELD + "with this record's values it is another path");
    }
    return url;
  }
}
