package proofrun;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.cassandra.db.rows.Cell;
import org.apache.cassandra.db.rows.Row;
import org.apache.cassandra.db.rows.Unfiltered;
import org.apache.cassandra.db.rows.UnfilteredRowIterator;
import org.apache.cassandra.io.sstable.ISSTableScanner;
import org.apache.cassandra.io.sstable.format.SSTableReader;

/** How long what a table holds will live, row by row: statements say what was meant (a TTL that is bound may be 0), the rows what was done. */
final class Lifetimes {
  private long rows;
  private long lasting;
  private int longestTtl;

  /** Rows that hold something, those of them in which something never expires, and the longest TTL in seconds (0: there is none). A row in two sstables is two. */
  static void describe(Set<SSTableReader> sstables, Map<String, Object> facts) throws IOException {
    Lifetimes lifetimes = new Lifetimes();
    for (SSTableReader sstable : sstables)
      try (ISSTableScanner partitions = sstable.getScanner()) {
        while (partitions.hasNext())
          try (UnfilteredRowIterator partition = partitions.next()) {
            while (partition.hasNext()) lifetimes.add(partition.next());
          }
      }
    facts.put("rows", lifetimes.rows);
    facts.put("lastingRows", lifetimes.lasting);
    facts.put("longestTtlSeconds", lifetimes.longestTtl);
  }

  private void add(Unfiltered unfiltered) {
    if (!unfiltered.isRow()) return;
    Row row = (Row) unfiltered;
    boolean holds = !row.primaryKeyLivenessInfo().isEmpty();
    boolean lasts = holds && !row.primaryKeyLivenessInfo().isExpiring();
    if (holds && !lasts) longestTtl = Math.max(longestTtl, row.primaryKeyLivenessInfo().ttl());
    for (Cell<?> cell : row.cells()) {
      if (cell.isTombstone()) continue;
      holds = true;
      if (cell.isExpiring()) longestTtl = Math.max(longestTtl, cell.ttl());
      else lasts = true;
    }
    if (holds) rows++;
    if (lasts) lasting++;
  }
}
