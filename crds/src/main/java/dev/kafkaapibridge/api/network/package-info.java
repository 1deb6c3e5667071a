/** Where nothing of this project connects to, whoever names it. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.api.network;
