package dev.kafkaapibridge.sandbox.node;

import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import java.nio.file.Path;
import java.util.List;

/** A cluster whose pods are containers. */
interface TestCluster extends AutoCloseable {

  Cluster cluster();

  /** This machine, as pods reach it: where broker and API are. */
  String hostAsSeenByPods();

  /** Gives the nodes images, for there is no registry. */
  void load(List<Path> images);

  @Override
  void close();
}
