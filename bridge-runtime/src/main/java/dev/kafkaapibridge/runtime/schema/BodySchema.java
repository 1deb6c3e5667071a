package dev.kafkaapibridge.runtime.schema;

import java.util.Optional;

/** What bodies must be before they are sent. Safe for all lanes. */
interface BodySchema {

  /**
   * @throws SchemaMissing if it was never told, or never usable: nothing is known of the body
   */
  JsonRules rules() throws SchemaMissing;

  /** Why it can't be had, or not anew; the former one may be in use. */
  Optional<Trouble> trouble();
}
