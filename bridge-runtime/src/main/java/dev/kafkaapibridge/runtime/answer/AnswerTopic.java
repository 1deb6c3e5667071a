package dev.kafkaapibridge.runtime.answer;

import dev.kafkaapibridge.api.v1alpha1.ResponseSpec;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.deadletter.TopicWriter;
import dev.kafkaapibridge.runtime.deliver.Answers;
import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;

/**
 * The topic for answers, under the keys of their records. Safe for all lanes; what several of them
 * write at the same time goes to the broker together.
 */
public final class AnswerTopic implements Answers {

  private final TopicWriter writer;
  private final TopicPresence topic;
  private final boolean envelope;
  private final String correlationHeader;

  public AnswerTopic(TopicWriter writer, TopicPresence topic, ResponseSpec spec) {
    this.writer = writer;
    this.topic = topic;
    this.envelope = spec.format() == ResponseSpec.Format.Envelope;
    this.correlationHeader = spec.correlationHeader();
  }

  @Override
  public DeadLetters.Result write(SourceRecord record, Verdict last, Outcome outcome)
      throws InterruptedException {
    return writer.write(
        topic,
        null, // retention and order in time are the answer's own, not its record's
        record.record().key(),
        envelope ? AnswerEnvelope.of(last) : AnswerBody.of(last),
        () -> AnswerHeaders.of(record, last, outcome, envelope, correlationHeader));
  }
}
