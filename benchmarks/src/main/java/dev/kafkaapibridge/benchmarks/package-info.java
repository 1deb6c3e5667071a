/** The bridge measured beside its peers and beside the limit of the machine. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks;
