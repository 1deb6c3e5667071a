/** The contestants that are not the bridge: each a process of its own with a main. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks.program;
