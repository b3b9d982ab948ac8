package proofrun;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.cassandra.db.ConsistencyLevel;
import org.apache.cassandra.db.marshal.Int32Type;
import org.apache.cassandra.db.marshal.UTF8Type;
import org.apache.cassandra.transport.SimpleClient;
import org.apache.cassandra.transport.messages.ResultMessage;

/** A short life of a pod over the wire, so that the class archive holds what a pod loads: log-in, schema, reads, writes, admin port. */
final class Training {
  private static final int ROWS = 400;

  private Training() {}

  static void run() throws Exception {
    // Held to the end: with no connection left, the admin port ends the process before its class archive is written.
    connect();
    Map<?, ?> administrator = new ObjectMapper().readValue(Commands.ADMINISTRATOR.toFile(), Map.class);
    SimpleClient client = Bake.connect(administrator);
    for (String statement : SCHEMA) cql(client, statement);
    ResultMessage.Prepared insert = client.prepare("INSERT INTO warm.t (a, b, c, d) VALUES (?, ?, ?, {'x', 'y'})");
    ResultMessage.Prepared slice = client.prepare("SELECT * FROM warm.t WHERE a = ? LIMIT 20");
    for (int i = 0; i < ROWS; i++) {
      client.executePrepared(insert, List.of(number(i % 5), number(i), text("row" + i)), ConsistencyLevel.ONE);
      client.executePrepared(slice, List.of(number(i % 5)), ConsistencyLevel.ONE);
      if (i == ROWS / 2) admin("settle");
    }
    for (String statement : STATEMENTS) cql(client, statement);
    for (String command : List.of("admin", "counts proofrun", "cpu", "settle", "storage warm", "live warm", "facts")) admin(command);
    cql(client, "DROP ROLE warm");
    cql(client, "DROP KEYSPACE warm");
    client.close();
  }

  private static final List<String> SCHEMA =
      List.of(
          "CREATE KEYSPACE warm WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}",
          "CREATE TABLE warm.t (a int, b int, c text, d set<text>, PRIMARY KEY (a, b)) WITH CLUSTERING ORDER BY (b DESC)"
              + " AND compaction = {'class': 'TimeWindowCompactionStrategy'} AND default_time_to_live = 3000",
          "CREATE TABLE warm.e (id int PRIMARY KEY, u text, v int)",
          "CREATE INDEX ON warm.e (u)",
          "CREATE INDEX ON warm.e (v) USING 'sai'",
          "CREATE ROLE warm WITH PASSWORD = 'warm' AND LOGIN = true",
          "GRANT SELECT ON ALL TABLES IN KEYSPACE warm TO warm");

  private static final List<String> STATEMENTS =
      List.of(
          "INSERT INTO warm.e (id, u, v) VALUES (1, 'a', 1)",
          "INSERT INTO warm.e (id, u, v) VALUES (2, 'a', 1) IF NOT EXISTS",
          "SELECT * FROM warm.e WHERE u = 'a'",
          "SELECT * FROM warm.e WHERE v = 1",
          "SELECT * FROM warm.t WHERE c = 'row5' ALLOW FILTERING",
          "SELECT * FROM warm.t WHERE a IN (1, 2, 3)",
          "SELECT count(*) FROM warm.t",
          "DELETE FROM warm.t WHERE a = 1 AND b = 1",
          "BEGIN BATCH INSERT INTO warm.t (a, b) VALUES (8, 1); INSERT INTO warm.t (a, b) VALUES (9, 1); APPLY BATCH",
          "SELECT * FROM system.local",
          "SELECT * FROM system.peers_v2",
          "SELECT * FROM system_schema.keyspaces",
          "SELECT * FROM system_schema.tables",
          "SELECT * FROM system_schema.columns",
          "SELECT * FROM system_schema.indexes",
          "SELECT * FROM system_schema.types");

  private static void cql(SimpleClient client, String statement) {
    client.execute(statement, ConsistencyLevel.ONE);
  }

  private static void admin(String command) throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (answer.startsWith("{\"error\"")) throw new IllegalStateException(answer);
    }
  }

  private static Socket connect() throws Exception {
    return new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 9043);
  }

  private static ByteBuffer number(int value) {
    return Int32Type.instance.decompose(value);
  }

  private static ByteBuffer text(String value) {
    return UTF8Type.instance.decompose(value);
  }
}
