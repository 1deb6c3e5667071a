package dev.kafkaapibridge.benchmarks.api;

/**
 * What an API has seen of a run. Times are microseconds since 1970, 0 where it did not happen;
 * latencies are microseconds from append to answer.
 *
 * @param arrived requests that came whole
 * @param answered of these, answered
 * @param records different ones among them
 * @param repeated requests for a record that had come before
 * @param overtaken requests out of their key's order, or beside another of their key
 * @param mostOpen requests under way at once, at most
 * @param first when the first was answered
 * @param half when half of the expected were
 * @param last when the latest was
 * @param measured records whose latency was kept
 */
public record Figures(
    int arrived,
    int answered,
    int records,
    int repeated,
    int overtaken,
    int mostOpen,
    long first,
    long half,
    long last,
    int measured,
    long p50,
    long p99,
    long max) {}
