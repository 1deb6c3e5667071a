package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.Verdict;

/** How a stream has ended. */
sealed interface StreamEnd {

  /**
   * What it says.
   *
   * @param late a message that was not answered in time, if that is why
   */
  Verdict because(StreamMessage late);

  Verdict verdict();

  boolean isLate(StreamMessage message);

  /** By a status of the server. */
  record Said(Verdict verdict) implements StreamEnd {
    @Override
    public Verdict because(StreamMessage late) {
      return verdict;
    }

    @Override
    public boolean isLate(StreamMessage message) {
      return false;
    }
  }

  /** Without one: it could not be opened, or broke off, or was left since a message was late. */
  record Broke(Exception why, GrpcAnswers answers) implements StreamEnd {
    @Override
    public Verdict because(StreamMessage late) {
      return answers.none(late.cause(why));
    }

    @Override
    public Verdict verdict() {
      return answers.none(why);
    }

    @Override
    public boolean isLate(StreamMessage message) {
      return message.isLate(why);
    }
  }
}
