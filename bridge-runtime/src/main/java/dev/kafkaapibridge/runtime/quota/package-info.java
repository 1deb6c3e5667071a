/**
 * A declared rate limit, shared by the partitions that a process owns: each partition has an
 * account, its state travels with the partition's commits, and their sum never exceeds the limit.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.quota;
