package dev.kafkaapibridge.runtime.target.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A list of structured fields (RFC 9651), as far as rate limits need it: members {@code "name"},
 * {@code 100} or {@code key=100}, each with parameters. Of values only numbers and strings are
 * kept. Strict: a field with anything wrong in it says nothing, as the RFC asks. Pure.
 */
final class FieldList {

  /**
   * @param name of a string, a token or a key; empty where the member is a number
   * @param number the member's, or its key's; NaN: none
   * @param numbers its parameters that are numbers
   * @param strings its parameters that are strings or tokens
   */
  record Member(
      String name, double number, Map<String, Double> numbers, Map<String, String> strings) {

    double number(String parameter) {
      return numbers.getOrDefault(parameter, Double.NaN);
    }
  }

  private static final class Malformed extends Exception {
    Malformed() {
      super(null, null, false, false);
    }
  }

  private static final int LONGEST = 1_000;

  private final String text;
  private int at;

  private FieldList(String text) {
    this.text = text;
  }

  /** Empty where the field is malformed. */
  static List<Member> parse(String text) {
    if (text.length() > LONGEST) {
      return List.of();
    }
    try {
      return new FieldList(text.strip()).members();
    } catch (Malformed e) {
      return List.of();
    }
  }

  private List<Member> members() throws Malformed {
    var members = new ArrayList<Member>();
    while (true) {
      members.add(member());
      spaces();
      if (at == text.length()) {
        return members;
      }
      expect(',');
      spaces();
    }
  }

  private Member member() throws Malformed {
    String name = "";
    double number = Double.NaN;
    if (peek() == '"') {
      name = string();
    } else if (isDigit(peek()) || peek() == '-') {
      number = number();
    } else {
      name = token();
      if (peek() == '=') {
        at++;
        number = number();
      }
    }
    var numbers = new HashMap<String, Double>();
    var strings = new HashMap<String, String>();
    while (peek() == ';') {
      at++;
      spaces();
      parameter(numbers, strings);
    }
    return new Member(name, number, numbers, strings);
  }

  private void parameter(Map<String, Double> numbers, Map<String, String> strings)
      throws Malformed {
    String key = token();
    if (peek() != '=') {
      return; // true
    }
    at++;
    switch (peek()) {
      case '"' -> strings.put(key, string());
      case ':' -> bytes();
      case '?' -> at += 2;
      default -> {
        if (isDigit(peek()) || peek() == '-') {
          numbers.put(key, number());
        } else {
          strings.put(key, token());
        }
      }
    }
  }

  private String string() throws Malformed {
    expect('"');
    var said = new StringBuilder();
    while (peek() != '"') {
      if (peek() == '\\') {
        at++;
      }
      if (peek() < 0x20 || peek() > 0x7E) {
        throw new Malformed();
      }
      said.append(peek());
      at++;
    }
    at++;
    return said.toString();
  }

  private void bytes() throws Malformed {
    expect(':');
    while (peek() != ':') {
      if (peek() == 0) {
        throw new Malformed();
      }
      at++;
    }
    at++;
  }

  /** At most 15 digits, or 12 before a point and 3 behind it. */
  private double number() throws Malformed {
    int from = at;
    if (peek() == '-') {
      at++;
    }
    int digits = at;
    while (isDigit(peek())) {
      at++;
    }
    boolean fits = at > digits && at - digits <= 15;
    if (peek() == '.') {
      int point = at++;
      while (isDigit(peek())) {
        at++;
      }
      fits &= point - digits <= 12 && at - point >= 2 && at - point <= 4;
    }
    if (!fits) {
      throw new Malformed();
    }
    return Double.parseDouble(text.substring(from, at));
  }

  private String token() throws Malformed {
    int from = at;
    while (isToken(peek())) {
      at++;
    }
    if (at == from || isDigit(text.charAt(from))) {
      throw new Malformed();
    }
    return text.substring(from, at);
  }

  private static boolean isToken(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || "_-.*:/".indexOf(c) >= 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void spaces() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  private void expect(char c) throws Malformed {
    if (peek() != c) {
      throw new Malformed();
    }
    at++;
  }

  /** NUL at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }
}
