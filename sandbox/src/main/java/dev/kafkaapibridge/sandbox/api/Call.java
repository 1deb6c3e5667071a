package dev.kafkaapibridge.sandbox.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One request as the API saw it.
 *
 * @param number from 0, in the order of arrival
 * @param at when it arrived
 * @param path without the query
 * @param idempotencyKey absent where the request has no such header
 * @param attempt 1 for the first request with this idempotency key, 2 for the next
 * @param headers names in lower case
 * @param body empty where the API was told to forget bodies
 * @param records the numbered records in the body, in their order there
 * @param status of the answer; 0 where none was given
 * @param accepted whether the API has done what was asked for, whatever the caller has heard of it
 */
public record Call(
    long number,
    Instant at,
    String method,
    String path,
    @Nullable String idempotencyKey,
    int attempt,
    Map<String, String> headers,
    String body,
    List<Numbered> records,
    int status,
    boolean accepted) {

  private static final Pattern NUMBERED =
      Pattern.compile("\"order\":\\s*\"([^\"]*)\",\\s*\"sequence\":\\s*(\\d+)");

  /** A numbered record. */
  public record Numbered(String key, long sequence) {}

  /** The numbered records in a body, whatever stands around them: one, an array, lines. */
  public static List<Numbered> recordsIn(String body) {
    var records = new ArrayList<Numbered>(1);
    Matcher matcher = NUMBERED.matcher(body);
    while (matcher.find()) {
      records.add(new Numbered(matcher.group(1), Long.parseLong(matcher.group(2))));
    }
    return List.copyOf(records);
  }

  Call answered(int status, boolean accepted) {
    return new Call(
        number,
        at,
        method,
        path,
        idempotencyKey,
        attempt,
        headers,
        body,
        records,
        status,
        accepted);
  }
}
