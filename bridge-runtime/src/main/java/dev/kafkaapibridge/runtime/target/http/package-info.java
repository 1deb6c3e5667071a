/** HTTP targets: record to request, answer to verdict. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.target.http;
