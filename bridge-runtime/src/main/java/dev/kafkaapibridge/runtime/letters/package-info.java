/** Dead letters for people: the command that reads them. Commits nothing and joins no group. */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.letters;
