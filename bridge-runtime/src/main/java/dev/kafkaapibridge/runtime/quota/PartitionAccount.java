package dev.kafkaapibridge.runtime.quota;

import org.jspecify.annotations.Nullable;

/** What the owner of a partition does with its account. Safe for all threads. */
public final class PartitionAccount {

  private final Purse purse;
  private final @Nullable Account account;

  PartitionAccount(Purse purse, @Nullable Account account) {
    this.purse = purse;
    this.account = account;
  }

  /** It pays for nothing more; what is committed after this is exact. */
  public void close() {
    if (account != null) {
      purse.close(account);
    }
  }

  /** The section {@code q} of the next commit; null: none. */
  public @Nullable String toCommit() {
    return account == null ? Purse.uncounted() : purse.toCommit(account);
  }

  /** What {@link #toCommit} said last is committed. */
  public void committed() {
    if (account != null) {
      purse.committed(account);
    }
  }

  /** Whether calls wait for a commit. */
  public boolean wantsCommit() {
    return account != null && purse.wantsCommit(account);
  }
}
