package proofrun;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.cassandra.db.ColumnFamilyStore;
import org.apache.cassandra.db.Keyspace;
import org.apache.cassandra.db.compaction.CompactionManager;
import org.apache.cassandra.db.marshal.AbstractType;
import org.apache.cassandra.io.sstable.KeyReader;
import org.apache.cassandra.io.sstable.format.SSTableReader;
import org.apache.cassandra.schema.Schema;

/** What the tables of a keyspace hold. Index tables are listed beside their table, as TABLE.INDEX: their partitions grow as well. */
final class Storage {
  private static final int KEY_CHARACTERS = 200;
  private static final long SETTLE_MILLIS = 120_000;

  private Storage() {}

  /** Flushes and compacts every user table to one sstable where its strategy allows that, and returns when no compaction is left. */
  static void settle() throws InterruptedException {
    for (String keyspace : Set.copyOf(Schema.instance.getUserKeyspaces()))
      for (ColumnFamilyStore base : Keyspace.open(keyspace).getColumnFamilyStores()) {
        base.forceBlockingFlush(ColumnFamilyStore.FlushReason.USER_FORCED);
        for (ColumnFamilyStore table : withIndexTables(base))
          if (table.getLiveSSTables().size() > 1) table.forceMajorCompaction();
      }
    long deadline = System.currentTimeMillis() + SETTLE_MILLIS;
    while (CompactionManager.instance.getActiveCompactions() + CompactionManager.instance.getPendingTasks() > 0) {
      if (System.currentTimeMillis() > deadline) throw new IllegalStateException("compaction does not come to rest");
      Thread.sleep(5);
    }
  }

  /** Bytes on disk and in memtables: cheap enough to be asked during a load. */
  static long live(String keyspace) {
    long bytes = 0;
    for (ColumnFamilyStore base : open(keyspace).getColumnFamilyStores())
      for (ColumnFamilyStore table : withIndexTables(base))
        bytes += table.metric.liveDiskSpaceUsed.getCount() + table.metric.memtableLiveDataSize.getValue();
    return bytes;
  }

  /** Per table: partitions, uncompressed bytes, and the largest partition to the byte, from the positions of keys in the sstables. */
  static Map<String, Object> exact(String keyspace) throws IOException {
    List<Map<String, Object>> tables = new ArrayList<>();
    for (ColumnFamilyStore base : open(keyspace).getColumnFamilyStores()) {
      base.forceBlockingFlush(ColumnFamilyStore.FlushReason.USER_FORCED);
      for (ColumnFamilyStore table : withIndexTables(base)) tables.add(describe(table));
    }
    return Map.of("tables", tables);
  }

  private static Map<String, Object> describe(ColumnFamilyStore table) throws IOException {
    Set<SSTableReader> sstables = table.getLiveSSTables();
    Map<ByteBuffer, Long> bytesOfKey = new HashMap<>();
    long bytes = 0;
    for (SSTableReader sstable : sstables) {
      bytes += sstable.logicalBytesOnDisk();
      addPartitions(sstable, bytesOfKey);
    }
    ByteBuffer largestKey = null;
    long largest = 0;
    for (Map.Entry<ByteBuffer, Long> partition : bytesOfKey.entrySet())
      if (partition.getValue() > largest) {
        largest = partition.getValue();
        largestKey = partition.getKey();
      }
    AbstractType<?> keyType = table.metadata().partitionKeyType;
    String printed = largestKey == null ? "" : keyType.getString(largestKey);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", table.name);
    facts.put("partitions", bytesOfKey.size());
    facts.put("bytes", bytes);
    facts.put("largestPartitionBytes", largest);
    facts.put("largestPartitionKey", printed.substring(0, Math.min(printed.length(), KEY_CHARACTERS)));
    facts.put("sstables", sstables.size());
    if (!table.isIndex()) Lifetimes.describe(sstables, facts);
    return facts;
  }

  /** A partition ends where the next one begins. One that lies in several sstables is the sum of its parts. */
  private static void addPartitions(SSTableReader sstable, Map<ByteBuffer, Long> bytesOfKey) throws IOException {
    try (KeyReader keys = sstable.keyReader()) {
      while (!keys.isExhausted()) {
        ByteBuffer key = keys.key();
        long start = keys.dataPosition();
        long end = keys.advance() ? keys.dataPosition() : sstable.uncompressedLength();
        bytesOfKey.merge(key, end - start, Long::sum);
      }
    }
  }

  private static List<ColumnFamilyStore> withIndexTables(ColumnFamilyStore base) {
    List<ColumnFamilyStore> tables = new ArrayList<>();
    tables.add(base);
    tables.addAll(base.indexManager.getAllIndexColumnFamilyStores());
    return tables;
  }

  private static Keyspace open(String keyspace) {
    if (Schema.instance.getKeyspaceMetadata(keyspace) == null)
      throw new IllegalArgumentException("there is no keyspace " + keyspace);
    return Keyspace.open(keyspace);
  }
}
