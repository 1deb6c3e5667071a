/**
 * How many pods a bridge is to have, from what its pods say. Values in, values out: no Kubernetes,
 * no clock, no log.
 *
 * <pre>{@code
 * Memory memory = Memory.empty();                  // or Memory.of(what was kept before a restart)
 * int replicas = 1;
 * every 5 to 15 s:
 *   Sample sample = new Sample(now, replicas, pods, partitions, true);
 *   Decision decision = Scaling.decide(policy, memory, sample);
 *   memory = decision.memory();
 *   replicas = decision.replicas();                // the caller makes it come about
 * }</pre>
 *
 * {@link dev.kafkaapibridge.operator.scale.Scaling} is the order in which things are looked at;
 * each other file is one idea: what a pod manages ({@code ServiceRate}), what comes in ({@code
 * Arrivals}) and is wanted ({@code Demand}), what the API accepts ({@code ApiCeiling}), how many
 * pods that makes ({@code Size}, {@code Wanted}), for how long ({@code Wishes}), whether they
 * helped ({@code Saturation}), what holds while the API is down ({@code Outage}), when to act
 * ({@code Steps}), and what holds while there are no pods at all ({@code Waking}).
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.operator.scale;
