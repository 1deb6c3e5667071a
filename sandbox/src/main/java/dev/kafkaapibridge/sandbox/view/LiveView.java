package dev.kafkaapibridge.sandbox.view;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Display;
import org.jspecify.annotations.Nullable;

/**
 * Shows snapshots: in place on a terminal, line by line elsewhere. One lock; what is announced
 * appears above the picture and stays.
 */
public final class LiveView implements AutoCloseable {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final int SPARK_WIDTH = 30;

  private final PrintStream out;
  private final @Nullable Terminal terminal;
  private final @Nullable Display display;
  private final List<Long> lags = new ArrayList<>();
  private List<String> hints = List.of();
  private Instant lastLine = Instant.MIN;
  private int height;

  private LiveView(PrintStream out, @Nullable Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
    this.display = terminal == null ? null : new Display(terminal, false);
  }

  /** On the terminal if there is one that can do it, else in lines on standard output. */
  public static LiveView onStandardOutput() {
    if (System.console() == null || !System.console().isTerminal()) {
      return new LiveView(System.out, null);
    }
    // Asks the terminal nothing: an answer that comes late would be typed into the user's shell.
    System.setProperty(TerminalBuilder.PROP_GRAPHEME_CLUSTER, "false");
    try {
      Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build();
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB) || terminal.getWidth() < 40) {
        terminal.close();
        return new LiveView(System.out, null);
      }
      return new LiveView(System.out, terminal);
    } catch (IOException e) {
      return new LiveView(System.out, null);
    }
  }

  /** In lines. */
  static LiveView inLines(PrintStream out) {
    return new LiveView(out, null);
  }

  /** Lines that stay at the foot of the picture; where there is none they are announced. */
  public synchronized void hint(List<String> lines) {
    hints = List.copyOf(lines);
    if (display == null) {
      lines.forEach(out::println);
    }
  }

  /** A line that stays. */
  public synchronized void announce(String text) {
    Display picture = display;
    Terminal screen = terminal;
    if (picture == null || screen == null) {
      out.println(text);
      return;
    }
    picture.update(List.of(), 0);
    height = 0;
    screen.writer().println(text);
    screen.writer().flush();
    picture.reset();
  }

  /** The newest picture. */
  public synchronized void show(Snapshot now) {
    now.lag()
        .ifPresent(lag -> {
          lags.add(lag);
          if (lags.size() > SPARK_WIDTH) {
            lags.removeFirst();
          }
        });
    Display picture = display;
    Terminal screen = terminal;
    if (picture != null && screen != null) {
      picture.resize(screen.getHeight(), screen.getWidth());
      var lines = Screen.lines(now, lags, hints, screen.getWidth());
      height = Math.min(lines.size(), screen.getHeight() - 1);
      picture.update(lines.subList(0, height), 0);
    } else if (Instant.now().isAfter(lastLine.plus(BETWEEN_LINES))) {
      lastLine = Instant.now();
      out.println(Screen.line(now));
    }
  }

  /** Lines that follow the last picture, which stays. */
  public synchronized void conclude(List<String> lines) {
    Terminal screen = terminal;
    if (screen == null) {
      out.println();
      lines.forEach(out::println);
    } else {
      "\n".repeat(height).chars().forEach(screen.writer()::write); // the cursor is at the top of it
      lines.forEach(screen.writer()::println);
      screen.writer().flush();
    }
    height = 0;
  }

  @Override
  public synchronized void close() {
    if (terminal != null) {
      try {
        terminal.close();
      } catch (IOException e) {
        throw new UncheckedIOException("the terminal could not be given back", e);
      }
    }
  }
}
