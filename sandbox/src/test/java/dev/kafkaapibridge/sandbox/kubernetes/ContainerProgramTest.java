package dev.kafkaapibridge.sandbox.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerProgramTest {

  private static final Map<String, Path> FOLDERS =
      Map.of(
          "bridge",
          Path.of("/pod/bridge"),
          "refs",
          Path.of("/pod/refs"),
          "tmp",
          Path.of("/pod/tmp"));

  private static final Mounts.Objects OBJECTS =
      new Mounts.Objects() {
        @Override
        public ConfigMap configMap(String name) {
          return name.equals("config")
              ? new ConfigMapBuilder().addToData("a", "1").addToData("b", "2").build()
              : null;
        }

        @Override
        public Secret secret(String name) {
          return name.equals("token")
              ? new SecretBuilder().addToData("value", "czNjcmV0").build()
              : null;
        }
      };

  @Test
  void argumentsPointToTheFoldersThatStandForMounts() throws Exception {
    ContainerProgram program =
        program(
            """
            args: [--refs, /etc/kab/refs, --tls=/etc/kab/refs/ca.pem, /etc/kab/bridge/bridge.yaml, /etc/kab/bridges, $(WHO)]
            env: [{name: WHO, value: me}]
            """);

    assertThat(program.arguments())
        .containsExactly(
            "--refs",
            "/pod/refs",
            "--tls=/pod/refs/ca.pem",
            "/pod/bridge/bridge.yaml",
            "/etc/kab/bridges",
            "me");
  }

  @Test
  void theEnvironmentComesFromTheFieldsAndObjectsThatItNames() throws Exception {
    ContainerProgram program =
        program(
            """
            env:
            - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
            - {name: A, valueFrom: {configMapKeyRef: {name: config, key: a}}}
            - {name: T, valueFrom: {secretKeyRef: {name: token, key: value}}}
            - {name: NONE, valueFrom: {secretKeyRef: {name: other, key: value, optional: true}}}
            """);

    assertThat(program.environment()).isEqualTo(Map.of("IP", "127.0.1.2", "A", "1", "T", "s3cret"));
  }

  @Test
  void theJvmFeelsTheMemoryLimitAndTheTemporaryFolder() throws Exception {
    assertThat(program("resources: {limits: {memory: 256Mi}}").jvmOptions())
        .containsExactly("-Xmx102m", "-XX:+UseSerialGC", "-Djava.io.tmpdir=/pod/tmp");
    assertThat(program("resources: {limits: {memory: 512Mi}}").jvmOptions())
        .containsExactly("-Xmx281m", "-XX:+UseSerialGC", "-Djava.io.tmpdir=/pod/tmp");
    assertThat(program("resources: {limits: {memory: 4Gi}}").jvmOptions())
        .containsExactly("-Xmx2252m", "-Djava.io.tmpdir=/pod/tmp");
    assertThat(program("args: []").jvmOptions()).containsExactly("-Djava.io.tmpdir=/pod/tmp");
  }

  @Test
  void aRequiredObjectThatIsMissingIsNamed() {
    assertThatThrownBy(
            () -> program("env: [{name: T, valueFrom: {secretKeyRef: {name: other, key: v}}}]"))
        .isInstanceOf(Mounts.NotMountable.class)
        .hasMessage("secret \"other\" has no key v");
  }

  @Test
  void volumesHoldTheKeysThatTheyAskFor() throws Exception {
    Pod pod =
        Serialization.unmarshal(
            """
            spec:
              volumes:
              - {name: all, configMap: {name: config}}
              - {name: tmp, emptyDir: {}}
              - name: some
                projected:
                  sources:
                  - configMap: {name: config, items: [{key: b, path: configmap/config/b}]}
                  - secret: {name: token, items: [{key: value, path: secret/token/value}]}
                  - secret: {name: gone, optional: true}
            """,
            Pod.class);

    Map<String, Map<String, byte[]>> volumes = Mounts.of(pod, OBJECTS);

    assertThat(volumes.get("all")).containsOnlyKeys("a", "b");
    assertThat(volumes.get("tmp")).isEmpty();
    assertThat(volumes.get("some")).containsOnlyKeys("configmap/config/b", "secret/token/value");
    assertThat(new String(volumes.get("some").get("secret/token/value"), StandardCharsets.UTF_8))
        .isEqualTo("s3cret");
  }

  @Test
  void whatTheNodeCannotMountIsNamed() {
    Pod pod =
        Serialization.unmarshal("spec: {volumes: [{name: disk, hostPath: {path: /}}]}", Pod.class);

    assertThatThrownBy(() -> Mounts.of(pod, OBJECTS)).hasMessageContaining("not volume disk");
  }

  private static ContainerProgram program(String container) throws Mounts.NotMountable {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: n}
            spec:
              containers:
              - name: runtime
                volumeMounts:
                - {name: bridge, mountPath: /etc/kab/bridge}
                - {name: refs, mountPath: /etc/kab/refs}
                - {name: tmp, mountPath: /tmp}
            """
                + container.indent(4),
            Pod.class);
    return ContainerProgram.of(pod, "127.0.1.2", FOLDERS, OBJECTS);
  }
}
