import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A handler for Slotflow webhooks with the JDK's own server, and Gson for JSON.
 *
 * <p>java -cp gson.jar Good.java
 *
 * <p>SLOTFLOW_WEBHOOK_SECRET: the webhook's signing_secret, as issued. PORT: 0 for any free port.
 * Prints {"port"} on stdout when it listens, then a line for each event.
 */
public final class Good {
  private static final String PATH = "/webhooks/slotflow";
  private static final long TOLERANCE_SECONDS = 300;
  private static final int MOST_BYTES = 1024 * 1024;
  private static final List<String> EVENTS = List.of("booking.confirmed", "booking.cancelled");

  // The key is the whole secret as issued, including its whsec_ prefix.
  private static final SecretKeySpec KEY =
      new SecretKeySpec(
          System.getenv("SLOTFLOW_WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  // In production: a unique key in the database.
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  private static byte[] sign(String t, byte[] body) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(KEY);
    mac.update((t + ".").getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(mac.doFinal(body)).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * X-Slotflow-Signature: t=(unix seconds),v1=(hex HMAC-SHA256 of "t.body"). There can be several
   * v1 signatures; other schemes are ignored.
   */
  private static boolean isAuthentic(String header, byte[] body) throws GeneralSecurityException {
    String t = "";
    List<byte[]> v1 = new ArrayList<>();
    for (String pair : header.split(",", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts.length != 2) {
        return false;
      }
      if (parts[0].equals("t")) {
        t = parts[1];
      } else if (parts[0].equals("v1")) {
        v1.add(parts[1].getBytes(StandardCharsets.UTF_8));
      }
    }
    if (!t.matches("[0-9]{1,12}")
        || Math.abs(Instant.now().getEpochSecond() - Long.parseLong(t)) > TOLERANCE_SECONDS) {
      return false;
    }
    byte[] expected = sign(t, body);
    return v1.stream().anyMatch(given -> MessageDigest.isEqual(given, expected));
  }

  /** Returns a key for the event, "" for an unknown event, or null if it is not an event. */
  private static String parse(byte[] body) {
    try {
      JsonObject payload =
          JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
      String event = text(payload, "event");
      if (!EVENTS.contains(event)) {
        return ""; // its data may be anything
      }
      // A confirmation and a cancellation have the same booking ID.
      return event + " " + text(member(payload, "data").getAsJsonObject(), "id");
    } catch (JsonParseException | IllegalStateException error) {
      return null;
    }
  }

  private static JsonElement member(JsonObject object, String name) {
    JsonElement value = object.get(name);
    if (value == null) {
      throw new JsonParseException("expected a member " + name);
    }
    return value;
  }

  private static String text(JsonObject object, String name) {
    JsonElement value = member(object, name);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new JsonParseException("expected a string, got " + value);
    }
    return value.getAsString();
  }

  private static int answer(HttpExchange exchange) throws IOException, GeneralSecurityException {
    if (!exchange.getRequestURI().getPath().equals(PATH)) {
      return 404;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      return 405;
    }
    // The signature covers the raw body.
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      return 413;
    }
    String header = exchange.getRequestHeaders().getFirst("X-Slotflow-Signature");
    if (!isAuthentic(header == null ? "" : header, body)) {
      return 401;
    }
    String key = parse(body);
    if (key == null) {
      return 400;
    }
    if (!key.isEmpty() && SEEN.add(key)) {
      System.out.println(key); // the work
    }
    return 200;
  }

  private static void handle(HttpExchange exchange) {
    try (exchange) {
      exchange.sendResponseHeaders(answer(exchange), -1);
    } catch (IOException | GeneralSecurityException error) {
      System.err.println(error); // for the log, never for the sender
    }
  }

  public static void main(String[] args) throws Exception {
    sign("0", new byte[0]); // loads the algorithm before the first event
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "0"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext(PATH, Good::handle);
    // Without an executor, one slow sender blocks all others.
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    System.out.println("{\"port\": " + server.getAddress().getPort() + "}");
  }
}
