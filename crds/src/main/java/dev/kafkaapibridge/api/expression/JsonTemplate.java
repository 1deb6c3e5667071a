package dev.kafkaapibridge.api.expression;

import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Reason;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.expression.Expression.Values;
import dev.kafkaapibridge.api.expression.Template.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A body with <code>{{CEL}}</code> in it, each result written for its place: between the quotes of
 * a JSON string as escaped text, elsewhere as a JSON value.
 *
 * <pre>
 *   {"id": {{record.key}}, "note": "order {{record.key}}"}
 *          a value: "k-1"                 text: k-1
 * </pre>
 *
 * No value can change the structure around it. That is proved when a JSON template is compiled:
 * with {@code null} in the place of each value and {@code ~} in the place of each text it must be
 * JSON. Neither can be part of a larger token or of an escape, so each place is one whole value or
 * lies between the characters of a string, whatever is written there.
 */
public final class JsonTemplate {

  private record Piece(Part part, boolean inString) {}

  private final List<Piece> pieces;

  private JsonTemplate(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * @param mustBeJson whether the text is to be JSON; else nothing is proved, and only the quotes
   *     around a place decide how it is written
   */
  public static JsonTemplate compile(String text, boolean mustBeJson, Declarations declarations)
      throws Unsound {
    var pieces = new ArrayList<Piece>();
    var proof = new StringBuilder();
    boolean inString = false;
    for (Part part : Template.compile(text, declarations).parts()) {
      pieces.add(new Piece(part, inString));
      switch (part) {
        case Part.Literal(var literal) -> {
          inString = inStringAfter(literal, inString);
          proof.append(literal);
        }
        case Part.Hole ignored -> proof.append(inString ? "~" : "null");
      }
    }
    if (mustBeJson) {
      try {
        PlainJson.check(proof.toString().getBytes(StandardCharsets.UTF_8));
      } catch (PlainJson.Malformed e) {
        throw new Unsound(
            "with null in the place of each expression (between quotes: ~) %s"
                .formatted(e.getMessage()));
      }
    }
    return new JsonTemplate(pieces);
  }

  private static boolean inStringAfter(String literal, boolean before) {
    boolean inString = before;
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c == '"') {
        inString = !inString;
      } else if (c == '\\' && inString) {
        i++;
      }
    }
    return inString;
  }

  public List<Expression> expressions() {
    return new Template(pieces.stream().map(Piece::part).toList()).expressions();
  }

  /**
   * @param maxCharacters what is longer fails
   */
  public String render(Values values, int maxCharacters) throws Failed {
    var out = new StringBuilder();
    for (Piece piece : pieces) {
      out.append(
          switch (piece.part()) {
            case Part.Literal(var text) -> text;
            case Part.Hole(var expression) when piece.inString() ->
                escaped(expression, values, maxCharacters);
            case Part.Hole(var expression) -> expression.json(values, maxCharacters);
          });
      Template.bound(out, maxCharacters);
    }
    return out.toString();
  }

  private static String escaped(Expression expression, Values values, int maxBytes) throws Failed {
    try {
      return PlainJson.escaped(expression.text(values), maxBytes);
    } catch (PlainJson.Unwritable e) {
      throw new Failed(
          e.isTooLarge() ? Reason.TooLarge : Reason.NotText,
          "'%s' can't be written as JSON: %s".formatted(expression, e.getMessage()));
    }
  }
}
