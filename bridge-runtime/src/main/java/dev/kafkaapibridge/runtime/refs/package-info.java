/** Secrets and ConfigMaps that the bridge names, as files. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.refs;
