package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;

/** Hears nothing; whoever listens to something overrides that. */
public class Silent implements DeliveryListener {
  @Override
  public void retryTopicFailed(SourceRecord record, String reason, String message) {}

  @Override
  public void putAside(SourceRecord record, Failure failure) {}

  @Override
  public void heldBack(SourceRecord record, Hold by, Duration waited) {}

  @Override
  public void answered(SourceRecord record, Verdict verdict, Duration took, boolean lanesAlone) {}

  @Override
  public void deadLetterFailed(SourceRecord record, String reason, String message) {}

  @Override
  public void deadLettered(SourceRecord record, Failure failure) {}

  @Override
  public void flood(boolean begins) {}

  @Override
  public void discarded(SourceRecord record, Failure failure) {}

  @Override
  public void blocked(SourceRecord record, Failure failure) {}

  @Override
  public void ended(SourceRecord record, Outcome outcome) {}
}
