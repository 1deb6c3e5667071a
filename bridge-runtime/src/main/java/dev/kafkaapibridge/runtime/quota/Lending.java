package dev.kafkaapibridge.runtime.quota;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Shares go where the work is: a process that needs more than its own says so in a commit, one that
 * has some left over lends them for a few seconds, also by a commit. Nobody is asked, and nothing
 * but the group's offsets has to be there. Owns what this process needs; guarded by its purse.
 */
final class Lending {

  /** How long a share is lent, microseconds. For so long its owner may have to do without. */
  static final long TIME = 12_000_000;

  private static final long RENEWED_BEFORE_ITS_END = 9_000_000;
  private static final long SAID_AGAIN_AFTER = Market.FRESH / 2;

  /** Whoever is held back asks for so many times what it has: it can't know what it could do. */
  private static final double MORE = 4;

  private static final double SPARE = 1.25;

  private final long process;
  private final int patience;
  private final Appetite appetite = new Appetite();
  private final LoansSeen seen;
  private ShareState.@Nullable Wanting wanting;
  private long wantingSince;
  private boolean said = true;

  /**
   * @param process tells this process from all others that share the limit, those before it too
   * @param patience how many looks running a process must be held back before it asks
   */
  Lending(long process, int patience) {
    this.process = process;
    this.seen = new LoansSeen(process);
    this.patience = patience;
  }

  Appetite appetite() {
    return appetite;
  }

  /**
   * Takes note of what the group's commits told when they were asked at that time.
   *
   * @return false: it is older than what is known
   */
  boolean read(Map<TopicPartition, ShareState> told, long askedAt) {
    return seen.read(told, askedAt);
  }

  /** So much may have passed that nobody has counted. */
  void stoodStill(List<Account> accounts, long micros) {
    seen.stoodStill(micros);
    accounts.removeIf(account -> account.isBorrowed() && !goesOn(account));
  }

  /**
   * Accounts by what was read: loans that are over, or that aren't told of any more, end, and what
   * was lent to this process is borrowed, or goes on.
   *
   * @param told of it, what was counted as this process counts
   * @param anew whether loans may begin, too
   */
  void follow(
      Map<TopicPartition, ShareState> told, List<Account> accounts, boolean anew, long now) {
    accounts.forEach(account -> account.takeBackWhenOver(now));
    accounts.removeIf(account -> account.isBorrowed() && !goesOn(account));
    if (anew) {
      told.forEach((partition, state) -> {
        if (state instanceof ShareState.Lent lent && lent.to() == process) {
          borrow(partition, lent, accounts, now);
        }
      });
    }
  }

  /** While the lender tells of a loan it may extend it, and then its account goes on. */
  private boolean goesOn(Account borrowed) {
    Long until = seen.paysUntil(borrowed.partition, borrowed.serial());
    if (until == null) {
      borrowed.close();
      return false;
    }
    borrowed.paysUntil(until);
    return true;
  }

  private void borrow(
      TopicPartition partition, ShareState.Lent lent, List<Account> accounts, long now) {
    Long until = seen.paysUntil(partition, lent.serial());
    if (until != null
        && now < until
        && accounts.stream().noneMatch(of -> of.isBorrowed() && of.partition.equals(partition))) {
      accounts.add(Account.borrowed(partition, lent, until));
    }
  }

  /**
   * Looks at what the process needs, and lends what it doesn't.
   *
   * @param share calls a microsecond of one partition
   * @param all calls a microsecond of the whole limit
   * @param wall what others say is by the wall clock
   */
  void look(
      Map<TopicPartition, ShareState> told,
      List<Account> accounts,
      double share,
      double all,
      long now,
      long wall) {
    appetite.look(now);
    want(accounts, share, all, now, wall);
    if (wanting != null || appetite.hungryInARow() > 0) {
      return; // nothing is lent, and what is comes back
    }
    Market market = Market.of(told, share, wall);
    for (Account account : accounts) {
      Loan loan = account.loan();
      if (loan != null
          && loan.ours()
          && loan.endsWithin(RENEWED_BEFORE_ITS_END, now)
          && market.isStillWanted(account.partition, loan.to())) {
        account.lend(loan.extended(wall));
      }
    }
    List<Account> idle = accounts.stream().filter(Account::canBeLent).toList();
    int kept = (int) Math.ceil(SPARE * appetite.rate() / share);
    List<Long> borrowers = market.borrowers(Math.max(0, idle.size() - kept));
    for (int i = 0; i < borrowers.size(); i++) {
      Account account = idle.get(idle.size() - 1 - i);
      account.lend(Loan.begun(now, wall, borrowers.get(i)));
    }
  }

  private void want(List<Account> accounts, double share, double all, long now, long wall) {
    long own = accounts.stream().filter(Account::isOwnToPay).count();
    boolean borrows = accounts.stream().anyMatch(Account::isBorrowed);
    double need = 0;
    if (appetite.hungryInARow() >= patience) {
      need = Math.min(all, MORE * Math.max(share, appetite.lastRate()));
    } else if (borrows || wanting != null) {
      need = Math.min(all, SPARE * appetite.rate());
    }
    long calls = Math.round((need - own * share) * 1e9);
    if (calls <= 0) {
      wanting = null;
      return;
    }
    boolean changed = wanting == null || Math.abs(calls - wanting.calls()) * 4 > wanting.calls();
    if (wanting == null || changed || now - wantingSince > SAID_AGAIN_AFTER) {
      wanting = new ShareState.Wanting(wall, process, calls);
      wantingSince = now;
      said = false;
    }
  }

  /** The first account that could be lent itself speaks for the process. */
  private static boolean speaks(Account account, List<Account> accounts) {
    return accounts.stream().filter(Account::canBeLent).findFirst().orElse(null) == account;
  }

  /** What the commit of this account is to say of the process; null: nothing. */
  ShareState.@Nullable Wanting toSay(Account account, List<Account> accounts) {
    if (wanting == null || !speaks(account, accounts)) {
      return null;
    }
    said = true;
    return wanting;
  }

  boolean wantsToSay(Account account, List<Account> accounts) {
    return !said && wanting != null && speaks(account, accounts);
  }
}
