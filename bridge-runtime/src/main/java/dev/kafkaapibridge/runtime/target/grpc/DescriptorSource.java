package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Where a method's descriptors come from. Safe for all lanes. */
interface DescriptorSource extends AutoCloseable {

  /** What became of a record's leave to call, where descriptors may have to be asked for first. */
  sealed interface Asked {
    /** Nothing was asked: the leave is the record's own. */
    record Nothing() implements Asked {}

    /** A part of the answer is there, and there is more to ask; or another lane is asking. */
    record InPart() implements Asked {}

    /** All of it is there. */
    record Wholly() implements Asked {}

    /** It could not be had. */
    record InVain(Verdict why) implements Asked {}
  }

  Asked NOTHING = new Asked.Nothing();

  /** A descriptor set, the same array while it is the same; null while there was none yet. */
  byte @Nullable [] content();

  /** Said while there is none. */
  TargetMisconfigured missing();

  /** Whose set it is, with the field of the spec, for people. */
  String whose();

  /**
   * Asks, if there is a need to, for which the record's leave is used.
   *
   * @param leaving asked in the instant before the question is written
   * @param usable whether there is a set that can be used
   */
  Asked ask(SourceRecord record, BooleanSupplier leaving, boolean usable);

  @Override
  void close();
}
