package proofrun;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import org.apache.cassandra.cql3.QueryProcessor;
import org.apache.cassandra.cql3.restrictions.StatementRestrictions;
import org.apache.cassandra.exceptions.InvalidRequestException;
import org.apache.cassandra.service.ClientState;

/** Asks the engine itself whether a SELECT needs ALLOW FILTERING: prepares it, and keeps nothing of it. */
final class Filtering {
  private Filtering() {}

  /**
   * @param text the statement without ALLOW FILTERING, in base64
   * @return "filtering": the engine's words where it refuses the statement as it stands, else null
   */
  static Map<String, String> neededBy(String keyspace, String text) {
    String statement = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    try {
      QueryProcessor.getStatement(statement, ClientState.forInternalCalls(keyspace));
    } catch (InvalidRequestException refused) {
      if (refused.getMessage().startsWith(StatementRestrictions.REQUIRES_ALLOW_FILTERING_MESSAGE))
        return Collections.singletonMap("filtering", refused.getMessage());
    } catch (RuntimeException invalid) {
      // A statement that is wrong altogether failed when the submission ran it; it needs no filtering.
    }
    return Collections.singletonMap("filtering", null);
  }
}
