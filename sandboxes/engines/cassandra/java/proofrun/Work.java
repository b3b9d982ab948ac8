package proofrun;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.cassandra.db.partitions.PartitionUpdate;
import org.apache.cassandra.schema.SchemaConstants;
import org.apache.cassandra.tracing.TraceState;
import org.apache.cassandra.tracing.Tracing;
import org.apache.cassandra.utils.FBUtilities;
import org.apache.cassandra.utils.TimeUUID;

/**
 * What the requests of one role made this node do, counted always. The engine carries a request's TraceState along from thread to
 * thread; ours leads each piece of work back to the role that asked for it. Writes nothing to system_traces.
 */
public final class Work {
  private static final ConcurrentHashMap<String, Work> BY_ROLE = new ConcurrentHashMap<>();

  private final LongAdder requests = new LongAdder();
  private final LongAdder statements = new LongAdder();
  private final LongAdder conditional = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LongAdder ranges = new LongAdder();
  private final LongAdder lookups = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder cells = new LongAdder();
  private final LongAdder tombstones = new LongAdder();
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder mutations = new LongAdder();
  private final LongAdder partitionsWritten = new LongAdder();
  private final LongAdder rowsWritten = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();

  static Work of(String role) {
    return BY_ROLE.computeIfAbsent(role, name -> new Work());
  }

  /** A request of this role begins: so many statements, some of them with IF. */
  void request(int statementsInIt, boolean isConditional) {
    requests.increment();
    statements.add(statementsInIt);
    if (isConditional) conditional.increment();
  }

  /** Called by the patched ReadCommand when one local read command is done: what it went through before any filtering. */
  public static void read(int liveRows, int deadCellsOrRows, long cellsSeen, long bytesSeen) {
    Work work = ofThisThread();
    if (work == null) return;
    work.reads.increment();
    work.rows.add(liveRows);
    work.tombstones.add(deadCellsOrRows);
    work.cells.add(cellsSeen);
    work.bytesRead.add(bytesSeen);
  }

  /** Called by the patched CassandraTableWriteHandler for each partition of each table that is written, index tables included. */
  public static void write(PartitionUpdate update) {
    Work work = ofThisThread();
    // Paxos state and the batch log hold the same data once more, packed by time stamps: they count as mutations only.
    if (work == null || SchemaConstants.isSystemKeyspace(update.metadata().keyspace)) return;
    work.partitionsWritten.increment();
    work.rowsWritten.add(update.affectedRowCount());
    work.bytesWritten.add(update.dataSize());
  }

  Map<String, Long> totals() {
    Map<String, Long> totals = new LinkedHashMap<>();
    totals.put("requests", requests.sum());
    totals.put("statements", statements.sum());
    totals.put("conditional", conditional.sum());
    totals.put("reads", reads.sum());
    totals.put("ranges", ranges.sum());
    totals.put("lookups", lookups.sum());
    totals.put("rows", rows.sum());
    totals.put("cells", cells.sum());
    totals.put("tombstones", tombstones.sum());
    totals.put("bytesRead", bytesRead.sum());
    totals.put("mutations", mutations.sum());
    totals.put("partitionsWritten", partitionsWritten.sum());
    totals.put("rowsWritten", rowsWritten.sum());
    totals.put("bytesWritten", bytesWritten.sum());
    return totals;
  }

  private static Work ofThisThread() {
    TraceState state = Tracing.instance.get();
    return state instanceof Request ? ((Request) state).work : null;
  }

  /** Marks a thread as working for a request of a role; reads three of the engine's trace messages, whose text is fixed in 5.0.9. */
  static final class Request extends TraceState {
    private final Work work;

    Request(Work work) {
      super(FBUtilities.getBroadcastAddressAndPort(), TimeUUID.Generator.nextTimeUUID(), Tracing.TraceType.NONE);
      this.work = work;
    }

    @Override
    protected void traceImpl(String message) {
      if (message.startsWith("Executing single-partition query on")) work.lookups.increment();
      else if (message.startsWith("Submitting range requests")) work.ranges.increment();
      else if (message.startsWith("Appending to commitlog")) work.mutations.increment();
    }
  }
}
