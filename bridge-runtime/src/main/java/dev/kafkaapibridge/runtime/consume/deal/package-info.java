/**
 * Which member of a group reads which partition, by what partitions bring. The leader of a classic
 * group decides, by what members say as they join.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.consume.deal;
