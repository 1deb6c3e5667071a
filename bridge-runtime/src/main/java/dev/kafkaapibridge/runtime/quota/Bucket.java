package dev.kafkaapibridge.runtime.quota;

/**
 * A token bucket: in no stretch of any length w more than rate x w + size calls. Begins empty where
 * nothing is known of it.
 */
final class Bucket implements Share {

  /** So that sums of many roundings stay below the limit. */
  private static final double SAFE = 1 - 1e-6;

  private double rate;
  private double size;
  private double level;

  /** Taken, and not known to have left: until then their tokens take room in the bucket. */
  private long underWay;

  private long at;

  /**
   * @param rate calls a microsecond
   * @param size at least 1, or it never gives one
   */
  Bucket(double rate, double size, long now) {
    this.rate = rate * SAFE;
    this.size = size;
    this.at = now;
  }

  void resize(double newRate, double newSize, long now) {
    settle(now);
    rate = newRate * SAFE;
    size = newSize;
    level = Math.min(level, room());
  }

  private double room() {
    return size - underWay;
  }

  private void settle(long now) {
    if (now > at) {
      level = Math.min(room(), level + rate * (now - at));
      at = now;
    }
  }

  @Override
  public long nextAt(long now) {
    settle(now);
    if (level >= 1) {
      return now;
    }
    return size < 1 || rate <= 0 ? Long.MAX_VALUE : now + (long) Math.ceil((1 - level) / rate) + 1;
  }

  @Override
  public void take(long now) {
    settle(now);
    level -= 1;
    underWay++;
  }

  @Override
  public void left(long now) {
    settle(now);
    underWay = Math.max(0, underWay - 1);
  }

  @Override
  public void giveBack(long takenAt) {
    underWay = Math.max(0, underWay - 1);
    level = Math.min(room(), level + 1);
  }

  @Override
  public void giveBackAll() {
    level += underWay;
    underWay = 0;
  }

  /** As if it had never been full. */
  void empty(long now) {
    settle(now);
    level = Math.min(level, 0);
  }

  @Override
  public ShareState state(long now) {
    settle(now);
    return new ShareState.Level(now, level - underWay); // these may leave yet
  }

  @Override
  public void inherit(ShareState state, long now) {
    level = 0;
    at = now;
    if (state instanceof ShareState.Level(var stamp, var then)) {
      level = Math.min(then, room());
      at = ShareState.atLatest(stamp, now);
      settle(now);
    }
  }
}
