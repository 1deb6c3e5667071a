package dev.kafkaapibridge.benchmarks;

/**
 * One contestant, once.
 *
 * @param contestant its title
 * @param load name of the load
 * @param delivered records that the API has accepted
 * @param flaw why it doesn't count: a record was missing, repeated or overtaken; empty: none
 * @param rate records a second, from the first to the last
 * @param warmRate the same of the second half
 * @param own CPU seconds for 10,000 records, without compilers and collector
 * @param warmOwn the same of the second half
 * @param all CPU seconds for 10,000 records, everything
 * @param warmAll the same of the second half
 * @param residentMiB most memory at once
 * @param firstSeconds from the start of its JVM to the first accepted record
 * @param steadyRate records a second of the steady part; 0: there was none
 * @param p50 milliseconds from append to the API's answer in the steady part
 * @param p99 the same
 */
public record Measurement(
    String contestant,
    boolean keyed,
    String load,
    int delivered,
    String flaw,
    double rate,
    double warmRate,
    double own,
    double warmOwn,
    double all,
    double warmAll,
    double residentMiB,
    double firstSeconds,
    double steadyRate,
    double p50,
    double p99) {}
