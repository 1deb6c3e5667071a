/** What is asked of the Kafka cluster besides records. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.cluster;
