/** Certificates and keys as PEM files hold them, and what TLS is made of by them. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.api.certificates;
