package dev.kafkaapibridge.operator.bridge;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;

/**
 * What all bridges have from their operator's installation.
 *
 * @param runtimeImage what pods run whose bridge names no image
 * @param callers who may call the pods' port: the operator and those who scrape metrics; empty:
 *     anybody, for an operator outside the cluster has no pods that could be named
 */
public record Installation(String runtimeImage, List<NetworkPolicyPeer> callers) {}
