/** The API that contestants call, in a process of its own: cheap, and it checks what it is sent. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.benchmarks.api;
