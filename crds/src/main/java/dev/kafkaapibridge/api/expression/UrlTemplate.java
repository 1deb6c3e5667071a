package dev.kafkaapibridge.api.expression;

import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Reason;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.expression.Expression.Values;
import dev.kafkaapibridge.api.expression.Template.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A URL with <code>{CEL}</code> in path and query. Values are percent-encoded down to RFC 3986's
 * unreserved characters, so none can begin another segment, parameter or query. What encoding can't
 * keep apart, a segment that is empty or of dots alone, fails: clients and servers resolve it to
 * another path.
 */
public final class UrlTemplate {

  /** Longer URLs are refused by servers. */
  static final int MAX_CHARACTERS = 16_384;

  private static final Pattern DOTS = Pattern.compile("(?i)([.]|%2e|%252e){1,2}");

  private static final Pattern HALF_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  /** Each part with whether it stands in the query; the first is scheme and authority. */
  private final List<Piece> pieces;

  private record Piece(Part part, boolean inQuery) {}

  private UrlTemplate(List<Piece> pieces) {
    this.pieces = pieces;
  }

  public static UrlTemplate compile(String url, Declarations declarations) throws Unsound {
    int path = url.indexOf('/', url.indexOf("://") + 3);
    String origin = path < 0 ? url : url.substring(0, path);
    if (origin.indexOf('{') >= 0 || origin.indexOf('}') >= 0) {
      throw new Unsound("placeholders may stand in path and query only");
    }
    var pieces = new ArrayList<Piece>();
    boolean inQuery = false;
    pieces.add(new Piece(new Part.Literal(origin), false));
    for (Part written : Template.compile(url, "{", "}", declarations).parts()) {
      // The first begins with the origin, which has no part in what follows.
      Part part =
          pieces.size() == 1 && written instanceof Part.Literal(var whole)
              ? new Part.Literal(whole.substring(origin.length()))
              : written;
      if (part instanceof Part.Literal(var text)) {
        if (text.indexOf('}') >= 0) {
          throw new Unsound("a '}' has no '{'; as itself it is written %7D");
        }
        if (HALF_ESCAPE.matcher(text).find()) {
          // A value beside it could make it whole: %2 and F, for one, a slash.
          throw new Unsound("a '%' stands without two hex digits; as itself it is written %25");
        }
        int question = inQuery ? -1 : text.indexOf('?');
        if (question >= 0) {
          pieces.add(new Piece(new Part.Literal(text.substring(0, question)), false));
          pieces.add(new Piece(new Part.Literal(text.substring(question)), true));
          inQuery = true;
          continue;
        }
      }
      pieces.add(new Piece(part, inQuery));
    }
    return new UrlTemplate(pieces);
  }

  /** Whether every record has the same URL. */
  public boolean isFixed() {
    return expressions().isEmpty();
  }

  public List<Expression> expressions() {
    return new Template(pieces.stream().map(Piece::part).toList()).expressions();
  }

  /** The URL with {@code x} in the place of each value: as many segments as every record's has. */
  public String sample() {
    var sample = new StringBuilder();
    for (Piece piece : pieces) {
      sample.append(piece.part() instanceof Part.Literal(var text) ? text : "x");
    }
    return sample.toString();
  }

  public String render(Values values) throws Failed {
    var out = new StringBuilder();
    int segment = -1; // where the segment begins that a value is part of; -1: none is
    for (Piece piece : pieces) {
      switch (piece.part()) {
        case Part.Literal(var text) -> {
          int slash = piece.inQuery() ? 0 : text.indexOf('/');
          if (segment >= 0 && slash >= 0) {
            checkSegment(
                out.substring(segment) + (piece.inQuery() ? "" : text.substring(0, slash)));
            segment = -1;
          }
          out.append(text);
        }
        case Part.Hole(var expression) -> {
          String value = expression.text(values);
          // Before it is made three times as long.
          Template.bound(value.length(), MAX_CHARACTERS);
          if (!piece.inQuery()) {
            if (value.isEmpty()) {
              throw unsafe(expression);
            }
            segment = segment >= 0 ? segment : out.lastIndexOf("/") + 1;
            if (DOTS.matcher(value).matches()) {
              throw unsafe(expression);
            }
          }
          encode(value, out);
        }
      }
      Template.bound(out, MAX_CHARACTERS);
    }
    if (segment >= 0) {
      checkSegment(out.substring(segment));
    }
    return out.toString();
  }

  /** A value beside a literal can make dots as well: %2 before an e, decoded twice. */
  private static void checkSegment(String segment) throws Failed {
    if (DOTS.matcher(segment).matches()) {
      throw new Failed(
          Reason.UnsafePath, "a segment of the path is '.' or '..', which leads to another path");
    }
  }

  private static Failed unsafe(Expression expression) {
    return new Failed(
        Reason.UnsafePath,
        "'%s' is empty, '.' or '..', which leads to another path".formatted(expression));
  }

  private static void encode(String value, StringBuilder out) {
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 'a' && b <= 'z'
          || b >= 'A' && b <= 'Z'
          || b >= '0' && b <= '9'
          || b == '-'
          || b == '.'
          || b == '_'
          || b == '~') {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xF, 16)))
            .append(Character.toUpperCase(Character.forDigit(b & 0xF, 16)));
      }
    }
  }
}
