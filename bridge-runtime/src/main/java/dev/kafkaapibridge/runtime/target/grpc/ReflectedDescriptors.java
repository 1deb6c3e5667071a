package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns what the server has told of its descriptors, and the question that is under way. One lane at
 * a time asks, with its record's leave, one question a leave: so what is asked is paid, fenced and
 * timed as a call is, and what comes of it holds up the breaker or the configuration as a call's
 * verdict would. While there is nothing to go on with, the others wait for that lane, and go on as
 * if nothing was known: what it came to counts once. Safe for all lanes.
 */
final class ReflectedDescriptors implements DescriptorSource {

  private static final Asked IN_PART = new Asked.InPart();
  private static final Asked WHOLLY = new Asked.Wholly();
  private static final Asked CUT = new Asked.InVain(new Verdict.Cut("-"));

  private final String service;
  private final ReflectionCalls calls;
  private final long longestWait;
  private final LongSupplier opened;
  private final LongSupplier nanoTime;
  private final ReentrantLock asking = new ReentrantLock();
  private @Nullable FileSearch search; // guarded by asking; null: none is under way
  private long openedBefore; // guarded by asking

  /** Of questions that the server has not looked at; used with {@code asking} held. */
  private final Refusals refusals = new Refusals("The server refused to be asked for descriptors");

  private volatile AskingAgain again = new AskingAgain(0, 0, 0); // changed with asking held
  private volatile byte @Nullable [] content; // changed with asking held

  /**
   * @param longestWait for another lane that asks, in nanoseconds
   * @param opened connections that were opened so far
   */
  ReflectedDescriptors(
      String service,
      ReflectionCalls calls,
      long longestWait,
      LongSupplier opened,
      LongSupplier nanoTime) {
    this.service = service;
    this.calls = calls;
    this.longestWait = longestWait;
    this.opened = opened;
    this.nanoTime = nanoTime;
  }

  @Override
  public byte @Nullable [] content() {
    return content;
  }

  /** Nobody is told so: the record that comes first asks. */
  @Override
  public TargetMisconfigured missing() {
    return new TargetMisconfigured(
        "-", "DescriptorNotFound", "The server was not asked for its descriptors yet.");
  }

  @Override
  public String whose() {
    return "that the server tells of %s (spec.target.grpc.serverReflection)".formatted(service);
  }

  @Override
  public Asked ask(SourceRecord record, BooleanSupplier leaving, boolean usable) {
    if (usable && !again.isDue(nanoTime.getAsLong(), opened.getAsLong())) {
      return NOTHING;
    }
    if (!asking.tryLock()) {
      return usable ? NOTHING : awaitIt();
    }
    try {
      if (usable && !again.isDue(nanoTime.getAsLong(), opened.getAsLong())) {
        return NOTHING;
      }
      return step(record, leaving);
    } finally {
      asking.unlock();
    }
  }

  /** Waits for the lane that asks. */
  private Asked awaitIt() {
    try {
      if (asking.tryLock(longestWait, TimeUnit.NANOSECONDS)) {
        asking.unlock();
      }
      return IN_PART;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CUT;
    }
  }

  private Asked step(SourceRecord record, BooleanSupplier leaving) {
    FileSearch under = search;
    if (under == null) {
      under = new FileSearch(service);
      search = under;
      openedBefore = opened.getAsLong();
    }
    byte[] question =
        switch (under.next()) {
          case FileSearch.Question.WithSymbol(var name) -> ReflectionMessages.fileWithSymbol(name);
          case FileSearch.Question.Named(var name) -> ReflectionMessages.fileNamed(name);
          case FileSearch.Question.None ignored ->
              throw new IllegalStateException("a search that has come to its end goes on");
        };
    return switch (calls.ask(question, record, leaving)) {
      case ReflectionCalls.Reply.OtherVersion ignored -> IN_PART;
      case ReflectionCalls.Reply.Files(var files) -> {
        try {
          under.told(files);
          yield under.next() instanceof FileSearch.Question.None ? whole(under) : IN_PART;
        } catch (DescriptorSet.Unusable e) {
          yield inVain(
              new TargetMisconfigured(
                  "-",
                  "InvalidDescriptor",
                  "The descriptor set %s can't be used: %s. Mend it, or name one in spec.target.grpc.descriptorConfigMapKeyRef."
                      .formatted(whose(), e.getMessage())));
        }
      }
      case ReflectionCalls.Reply.None(var why) ->
          why instanceof Verdict.Cut ? new Asked.InVain(why) : inVain(why);
    };
  }

  private Asked whole(FileSearch found) {
    byte[] set = found.set();
    if (!Arrays.equals(set, content)) {
      content = set;
    }
    search = null;
    again = again.answered(nanoTime.getAsLong(), openedBefore);
    return WHOLLY;
  }

  private Asked inVain(Verdict why) {
    search = null;
    again = again.inVain(nanoTime.getAsLong());
    return new Asked.InVain(
        switch (refusals.after(why)) {
          case Verdict.TargetFailed(var code, var reason, var detail, var clues) ->
              new Verdict.TargetFailed(
                  code,
                  Verdict.TargetFailed.NOT_CALLED,
                  "the server was to be asked for its descriptors: " + detail,
                  clues);
          case Verdict.Again(var code, var ignored) ->
              new Verdict.Again(code, Verdict.Again.Why.Asked);
          case Verdict other -> other;
        });
  }

  @Override
  public void close() {
    calls.close();
  }
}
