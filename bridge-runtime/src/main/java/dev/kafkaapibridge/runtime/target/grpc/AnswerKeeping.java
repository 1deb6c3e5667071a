package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a call's answer for {@code spec.response}: its message as JSON where there is a
 * descriptor, else as it came. Of several messages a JSON list, or each behind its length, as
 * protobuf's libraries read what they call delimited. Pure.
 *
 * @param several whether an answer has any number of messages
 * @param json a message as JSON; null where it can't be
 */
record AnswerKeeping(KeptAnswer.Keeping keeping, boolean several, Json json) {

  interface Json {
    byte @Nullable [] of(byte[] message);
  }

  static final AnswerKeeping NOTHING =
      new AnswerKeeping(KeptAnswer.Keeping.Nothing, false, message -> null);

  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String DELIMITED = PROTOBUF + "; delimited=true";

  /** The messages of one answer, 4 MiB together at most. Used by one thread. */
  static final class Messages {
    private final List<byte[]> messages = new ArrayList<>();
    private long bytes;
    private boolean truncated;

    /**
     * @param message null: one that can't be shown
     */
    void add(byte @Nullable [] message) {
      if (message == null || bytes + message.length > GrpcAnswers.MAX_MESSAGE_BYTES) {
        truncated = true;
      } else if (!truncated) {
        messages.add(message);
        bytes += message.length;
      }
    }

    byte @Nullable [] first() {
      return messages.isEmpty() ? null : messages.getFirst();
    }
  }

  boolean isWanted() {
    return keeping != KeptAnswer.Keeping.Nothing;
  }

  /** The verdict with the answer, if one with this verdict is kept. */
  Verdict in(
      Verdict verdict, Map<String, String> headers, Map<String, String> trailers, Messages all) {
    if (!keeping.keeps(verdict)) {
      return verdict;
    }
    var metadata = new HashMap<>(headers);
    metadata.putAll(trailers);
    return verdict.with(answer(metadata, all).with(verdict));
  }

  private KeptAnswer answer(Map<String, String> metadata, Messages all) {
    List<byte[]> shown = new ArrayList<>();
    for (byte[] message : all.messages) {
      byte[] as = json.of(message);
      if (as == null) {
        return raw(metadata, all);
      }
      shown.add(as);
    }
    if (several) {
      return new KeptAnswer(JSON, metadata, list(shown), all.truncated);
    }
    return shown.isEmpty()
        ? new KeptAnswer(null, metadata, new byte[0], all.truncated)
        : new KeptAnswer(JSON, metadata, shown.getFirst(), all.truncated);
  }

  private KeptAnswer raw(Map<String, String> metadata, Messages all) {
    return several
        ? new KeptAnswer(DELIMITED, metadata, delimited(all.messages), all.truncated)
        : new KeptAnswer(PROTOBUF, metadata, all.messages.getFirst(), all.truncated);
  }

  private static byte[] list(List<byte[]> messages) {
    var out = new ByteArrayOutputStream();
    out.write('[');
    for (int i = 0; i < messages.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      out.writeBytes(messages.get(i));
    }
    out.write(']');
    return out.toByteArray();
  }

  private static byte[] delimited(List<byte[]> messages) {
    var out = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      int length = message.length;
      for (; length > 0x7F; length >>>= 7) {
        out.write(length & 0x7F | 0x80);
      }
      out.write(length);
      out.writeBytes(message);
    }
    return out.toByteArray();
  }
}
