package proofrun;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.cassandra.concurrent.Stage;
import org.apache.cassandra.config.DatabaseDescriptor;
import org.apache.cassandra.utils.FBUtilities;

/** The commands of the admin port. Each answers with an object; a wrong command or name is an exception, whose text is the answer. */
final class Commands {
  static final Path ADMINISTRATOR = Path.of("/opt/cassandra/administrator.json");
  private static final long BACKGROUND_WAIT_NANOS = 100_000_000L;

  private Commands() {}

  static Object run(String[] words) throws Exception {
    switch (words[0]) {
      case "admin":
        return new ObjectMapper().readValue(ADMINISTRATOR.toFile(), Map.class);
      case "counts":
        awaitTrailingWork();
        return Work.of(argument(words)).totals();
      case "cpu":
        return Map.of("nanos", ProcessCpu.nanos());
      case "storage":
        return Storage.exact(argument(words));
      case "live":
        return Map.of("bytes", Storage.live(argument(words)));
      case "settle":
        Storage.settle();
        return Map.of("settled", true);
      case "filtering":
        return Filtering.neededBy(argument(words, 1, 2), argument(words, 2, 2));
      case "facts":
        return facts();
      case "shutdown":
        Runtime.getRuntime().halt(0);
        return Map.of();
      default:
        throw new IllegalArgumentException("unknown command; known are admin, counts, cpu, storage, live, settle, filtering, facts, shutdown");
    }
  }

  private static String argument(String[] words) {
    return argument(words, 1, 1);
  }

  private static String argument(String[] words, int at, int due) {
    if (words.length != due + 1) throw new IllegalArgumentException(words[0] + " takes " + due + " argument(s)");
    return words[at];
  }

  /** The last writes of a logged batch or a conditional write may come after its answer; they belong to it all the same. */
  private static void awaitTrailingWork() {
    long deadline = System.nanoTime() + BACKGROUND_WAIT_NANOS;
    int quietLooks = 0;
    while (quietLooks < 2 && System.nanoTime() < deadline) {
      quietLooks = isBusy(Stage.MUTATION) || isBusy(Stage.READ) || isBusy(Stage.COUNTER_MUTATION) ? 0 : quietLooks + 1;
      LockSupport.parkNanos(200_000L);
    }
  }

  private static boolean isBusy(Stage stage) {
    return stage.executor().getActiveTaskCount() + stage.executor().getPendingTaskCount() > 0;
  }

  private static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("version", FBUtilities.getReleaseVersionString());
    facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    facts.put("heapMaxBytes", Long.toString(Runtime.getRuntime().maxMemory()));
    facts.put("partitioner", DatabaseDescriptor.getPartitionerName());
    facts.put("sstableFormat", DatabaseDescriptor.getSelectedSSTableFormat().name());
    facts.put("memtableHeapMiB", Long.toString(DatabaseDescriptor.getMemtableHeapSpaceInMiB()));
    facts.put("tombstoneFailureThreshold", Integer.toString(DatabaseDescriptor.getTombstoneFailureThreshold()));
    return facts;
  }
}
