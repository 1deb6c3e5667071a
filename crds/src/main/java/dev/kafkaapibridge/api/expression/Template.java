package dev.kafkaapibridge.api.expression;

import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Reason;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.expression.Expression.Values;
import java.util.ArrayList;
import java.util.List;

/**
 * Text with expressions in braces, compiled. A brace inside an expression's quotes, or one of a
 * pair, doesn't end it: <code>{{ {'}}': 1}[record.key] }}</code> is one expression.
 */
public record Template(List<Part> parts) {

  public sealed interface Part {
    /** Text that stands for itself. */
    record Literal(String text) implements Part {}

    record Hole(Expression expression) implements Part {}
  }

  public Template {
    parts = List.copyOf(parts);
  }

  /** Text with <code>{{CEL}}</code> in it. */
  public static Template compile(String text, Declarations declarations) throws Unsound {
    return compile(text, "{{", "}}", declarations);
  }

  static Template compile(String text, String opening, String closing, Declarations declarations)
      throws Unsound {
    var parts = new ArrayList<Part>();
    int at = 0;
    for (int open = text.indexOf(opening); open >= 0; open = text.indexOf(opening, at)) {
      if (open > at) {
        parts.add(new Part.Literal(text.substring(at, open)));
      }
      int from = open + opening.length();
      int end = end(text, from, closing);
      if (end < 0) {
        throw new Unsound("'%s' at character %d has no '%s'".formatted(opening, open + 1, closing));
      }
      parts.add(new Part.Hole(Expression.compile(text.substring(from, end).strip(), declarations)));
      at = end + closing.length();
    }
    if (at < text.length()) {
      parts.add(new Part.Literal(text.substring(at)));
    }
    return new Template(parts);
  }

  /** Where the expression that begins at {@code from} ends; -1: nowhere. */
  private static int end(String text, int from, String closing) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\'', '"' -> i = endOfQuote(text, i);
        case '{' -> depth++;
        case '}' -> {
          if (depth == 0) {
            return text.startsWith(closing, i) ? i : -1;
          }
          depth--;
        }
        default -> {}
      }
    }
    return -1;
  }

  /** The last character of the quoted text that begins at {@code at}: CEL's '', "", '''''', r''. */
  private static int endOfQuote(String text, int at) {
    String one = text.substring(at, at + 1);
    String quote = text.startsWith(one.repeat(3), at) ? one.repeat(3) : one;
    boolean raw = at > 0 && "rR".indexOf(text.charAt(at - 1)) >= 0;
    for (int i = at + quote.length(); i < text.length(); i++) {
      if (text.charAt(i) == '\\' && !raw) {
        i++;
      } else if (text.startsWith(quote, i)) {
        return i + quote.length() - 1;
      }
    }
    return text.length();
  }

  public List<Expression> expressions() {
    var expressions = new ArrayList<Expression>();
    for (Part part : parts) {
      if (part instanceof Part.Hole(var expression)) {
        expressions.add(expression);
      }
    }
    return expressions;
  }

  /**
   * The text with each expression's own text in its place.
   *
   * @param maxCharacters what is longer fails
   */
  public String render(Values values, int maxCharacters) throws Failed {
    var out = new StringBuilder();
    for (Part part : parts) {
      out.append(
          switch (part) {
            case Part.Literal(var text) -> text;
            case Part.Hole(var expression) -> expression.text(values);
          });
      bound(out, maxCharacters);
    }
    return out.toString();
  }

  static void bound(StringBuilder out, int maxCharacters) throws Failed {
    bound(out.length(), maxCharacters);
  }

  static void bound(int characters, int maxCharacters) throws Failed {
    if (characters > maxCharacters) {
      throw new Failed(Reason.TooLarge, "more than %d characters".formatted(maxCharacters));
    }
  }
}
