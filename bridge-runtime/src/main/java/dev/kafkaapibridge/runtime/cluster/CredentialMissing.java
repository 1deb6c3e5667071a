package dev.kafkaapibridge.runtime.cluster;

import java.io.IOException;

/** There is nothing to show to the brokers. Its message is a sentence with the fix. */
public final class CredentialMissing extends IOException {

  CredentialMissing(String sentence) {
    super(sentence);
  }
}
