/** What a replay is asked to do, as operator and runtime tell each other. */
@NullMarked
package dev.kafkaapibridge.api.replay;

import org.jspecify.annotations.NullMarked;
