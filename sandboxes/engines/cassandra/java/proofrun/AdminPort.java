package proofrun;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One command a line in, one line of JSON out, on 127.0.0.1:9043, where only the engine and our driver live: candidate code has no way
 * here. The process ends when its driver is gone: three seconds after the last connection closed, or when none came within half an hour.
 */
final class AdminPort {
  private static final int PORT = 9043;
  private static final long FIRST_DRIVER_MINUTES = 30;
  private static final long NO_DRIVER_SECONDS = 3;

  private final ObjectMapper json = new ObjectMapper();
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(AdminPort::daemon);
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger everConnected = new AtomicInteger();
  private volatile boolean engineAnswers = false;

  static AdminPort open() throws IOException {
    AdminPort port = new AdminPort();
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), PORT));
    daemon(() -> port.accept(server)).start();
    port.watch.schedule(() -> port.haltUnless(port.everConnected.get() > 0), FIRST_DRIVER_MINUTES, TimeUnit.MINUTES);
    return port;
  }

  /** From now on commands are carried out; before, they get an error line. */
  void engineAnswers() {
    engineAnswers = true;
  }

  private void accept(ServerSocket server) {
    while (true) {
      try {
        Socket socket = server.accept();
        everConnected.incrementAndGet();
        connections.incrementAndGet();
        daemon(() -> serve(socket)).start();
      } catch (IOException broken) {
        Runtime.getRuntime().halt(1);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      OutputStream out = socket.getOutputStream();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.write((answer(line) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException gone) {
      // The driver closed its end; whether anybody is left is checked below.
    } finally {
      if (connections.decrementAndGet() == 0)
        watch.schedule(() -> haltUnless(connections.get() > 0), NO_DRIVER_SECONDS, TimeUnit.SECONDS);
    }
  }

  private String answer(String line) throws IOException {
    try {
      if (!engineAnswers) return json.writeValueAsString(Map.of("error", "the engine is still starting"));
      return json.writeValueAsString(Commands.run(line.trim().split(" +")));
    } catch (Exception | LinkageError | AssertionError failure) {
      return json.writeValueAsString(Map.of("error", line + ": " + failure));
    }
  }

  private void haltUnless(boolean needed) {
    if (!needed) Runtime.getRuntime().halt(0);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "admin-port");
    thread.setDaemon(true);
    return thread;
  }
}
