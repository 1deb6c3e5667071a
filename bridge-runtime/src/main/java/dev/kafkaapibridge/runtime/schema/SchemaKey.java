package dev.kafkaapibridge.runtime.schema;

/**
 * What a record calls its schema.
 *
 * @param id a number, or a UUID in hex with dashes
 */
record SchemaKey(Kind kind, String id) {

  enum Kind {
    Id("id"),
    Guid("GUID"),
    GlobalId("global id"),
    ContentId("content id");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** For people. */
  @Override
  public String toString() {
    return kind.word + " " + id;
  }
}
