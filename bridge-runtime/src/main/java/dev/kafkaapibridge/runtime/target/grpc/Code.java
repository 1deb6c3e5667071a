package dev.kafkaapibridge.runtime.target.grpc;

/** The statuses of gRPC, in the order of their numbers. */
enum Code {
  OK,
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  ALREADY_EXISTS,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  OUT_OF_RANGE,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
  UNAUTHENTICATED;

  private static final Code[] BY_NUMBER = values();

  /** From a {@code grpc-status}; what is none of them counts as UNKNOWN, as the protocol says. */
  static Code of(String number) {
    String text = number.strip();
    if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return UNKNOWN;
    }
    int code = Integer.parseInt(text);
    return code < BY_NUMBER.length ? BY_NUMBER[code] : UNKNOWN;
  }

  /**
   * Of an answer without a {@code grpc-status}: a proxy's. By the protocol's own table, but that
   * 429 means there what it means everywhere.
   */
  static Code ofHttp(int status) {
    return switch (status) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429 -> RESOURCE_EXHAUSTED;
      case 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }
}
