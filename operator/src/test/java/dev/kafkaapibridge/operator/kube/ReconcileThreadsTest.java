package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReconcileThreadsTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final ReconcileThreads reconciles = new ReconcileThreads();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  @AutoClose private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();

  @Test
  void noneBeginsBeforeAllCachesAreFilled() throws Exception {
    reconciles.executor().execute(this::reconcile);
    assertThat(started.await(100, TimeUnit.MILLISECONDS)).isFalse();

    reconciles.begin();
    assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
    mayEnd.countDown();
  }

  @Test
  void theEndWaitsForTheOneThatRunsAndLetsNoOtherBegin() throws Exception {
    reconciles.begin();
    reconciles.executor().execute(this::reconcile);
    started.await();
    Future<Boolean> end = others.submit(() -> reconciles.end(LONG));
    while (!reconciles.executor().isShutdown()) {
      Thread.onSpinWait();
    }

    var began = new AtomicBoolean();
    reconciles.executor().execute(() -> began.set(true));
    assertThat(end.isDone()).isFalse();
    mayEnd.countDown();
    assertThat(end.get()).isTrue();
    assertThat(ended.getCount()).isZero();
    assertThat(began).isFalse();
  }

  @Test
  void oneThatHasNoEndIsTold() throws Exception {
    reconciles.begin();
    reconciles.executor().execute(this::reconcile);
    started.await();

    assertThat(reconciles.end(Duration.ofMillis(50))).isFalse();
    assertThat(ended.getCount())
        .as("it is not interrupted, for that would be read as news")
        .isOne();
    mayEnd.countDown();
  }

  @Test
  void anEndBeforeTheBeginningWaitsForNothing() throws Exception {
    reconciles.executor().execute(this::reconcile);

    assertThat(reconciles.end(LONG)).isTrue();
    assertThat(started.getCount()).isOne();
  }

  private void reconcile() {
    started.countDown();
    try {
      mayEnd.await();
      ended.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
