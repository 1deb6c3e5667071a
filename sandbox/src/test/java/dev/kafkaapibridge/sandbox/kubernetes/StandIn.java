package dev.kafkaapibridge.sandbox.kubernetes;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that stands in for a bridge's pod: {@code --refs DIR --address A FILE}, port 8080. */
final class StandIn {

  private StandIn() {}

  public static void main(String[] arguments) throws Exception {
    List<String> args = List.of(arguments);
    Path file = Path.of(args.getLast());
    Path refs = Path.of(args.get(args.indexOf("--refs") + 1));
    String address = args.get(args.indexOf("--address") + 1);
    var ready = new AtomicInteger(200);
    HttpServer server = HttpServer.create(new InetSocketAddress(address, 8080), 0);
    server.createContext(
        "/",
        exchange -> {
          int status = 200;
          String text = "";
          switch (exchange.getRequestURI().getPath()) {
            case "/readyz" -> status = ready.get();
            case "/unready" -> ready.set(503);
            case "/config" -> text = Files.readString(file);
            case "/ref" -> {
              Path ref = refs.resolve("secret/token/value");
              text = Files.exists(ref) ? Files.readString(ref) : "absent";
            }
            case "/env" -> text = System.getenv("WHO") + " " + Runtime.getRuntime().maxMemory();
            case "/crash" -> {
              System.out.println("a last word");
              Runtime.getRuntime().halt(3);
            }
            default -> {}
          }
          byte[] body = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> System.out.println("draining")));
    server.start();
    System.out.println("listening on " + address);
  }
}
