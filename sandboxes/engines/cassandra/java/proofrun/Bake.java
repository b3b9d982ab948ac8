package proofrun;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.cassandra.cql3.QueryProcessor;
import org.apache.cassandra.db.ConsistencyLevel;
import org.apache.cassandra.service.StorageService;
import org.apache.cassandra.transport.ProtocolVersion;
import org.apache.cassandra.transport.SimpleClient;
import org.apache.cassandra.transport.messages.AuthResponse;

/** Runs while the image is built, never in a pod: first makes the administrator, then exercises what a run will use. Ends the process. */
final class Bake {
  private Bake() {}

  static void step(String name) {
    try {
      if (name.equals("administrator")) makeAdministrator();
      else if (name.equals("train")) Training.run();
      else throw new IllegalArgumentException("unknown step " + name + "; known are administrator, train");
      StorageService.instance.drain();
    } catch (Throwable failure) {
      failure.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
    System.exit(0);
  }

  /** The well-known role `cassandra` goes; ours has a password that was never seen. */
  private static void makeAdministrator() throws Exception {
    byte[] secret = new byte[24];
    new SecureRandom().nextBytes(secret);
    Map<String, String> administrator = new LinkedHashMap<>();
    administrator.put("user", "proofrun");
    administrator.put("password", HexFormat.of().formatHex(secret));
    administrator.put("datacenter", "datacenter1");
    awaitDefaultRole();
    SimpleClient first = connect(Map.of("user", "cassandra", "password", "cassandra"));
    first.execute(
        "CREATE ROLE proofrun WITH SUPERUSER = true AND LOGIN = true AND PASSWORD = '" + administrator.get("password") + "'",
        ConsistencyLevel.ONE);
    first.close();
    SimpleClient ours = connect(administrator);
    ours.execute("DROP ROLE cassandra", ConsistencyLevel.ONE);
    ours.close();
    new ObjectMapper().writeValue(Commands.ADMINISTRATOR.toFile(), administrator);
  }

  private static void awaitDefaultRole() throws InterruptedException {
    for (int look = 0; look < 600; look++) {
      if (!QueryProcessor.process("SELECT role FROM system_auth.roles", ConsistencyLevel.ONE).isEmpty()) return;
      Thread.sleep(100);
    }
    throw new IllegalStateException("Cassandra did not make its default role within a minute");
  }

  /** Logs in over the wire. */
  static SimpleClient connect(Map<?, ?> role) throws Exception {
    SimpleClient client = SimpleClient.builder("127.0.0.1", 9042).protocolVersion(ProtocolVersion.V4).build();
    client.connect(false);
    String token = "\0" + role.get("user") + "\0" + role.get("password");
    client.execute(new AuthResponse(token.getBytes(StandardCharsets.UTF_8)));
    return client;
  }
}
