package proofrun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.cassandra.service.CassandraDaemon;

/** The container's entry point: copies the baked data to the (empty) data folder, opens the admin port, runs Cassandra. */
public final class Main {
  private static final Path BAKED = Path.of("/opt/cassandra/baked");
  private static final Path DATA = Path.of("/var/lib/cassandra");

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    if (Files.isDirectory(BAKED) && !Files.exists(DATA.resolve("data"))) copy(BAKED, DATA);
    AdminPort port = AdminPort.open();
    CassandraDaemon.main(arguments);
    port.engineAnswers();
    if (arguments.length == 1) Bake.step(arguments[0]);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : (Iterable<Path>) all::iterator) {
        Path target = to.resolve(from.relativize(source));
        if (Files.isDirectory(source)) Files.createDirectories(target);
        else Files.copy(source, target);
      }
    }
  }
}
