/**
 * Records that the bridge has dealt with are read again, as a KafkaApiBridgeReplay asks: by a
 * consumer group of its own, one member of which runs the whole replay.
 */
@NullMarked
package dev.kafkaapibridge.runtime.consume.replay;

import org.jspecify.annotations.NullMarked;
