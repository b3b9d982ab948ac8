package proofrun;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.cassandra.cql3.BatchQueryOptions;
import org.apache.cassandra.cql3.CQLStatement;
import org.apache.cassandra.cql3.QueryHandler;
import org.apache.cassandra.cql3.QueryOptions;
import org.apache.cassandra.cql3.QueryProcessor;
import org.apache.cassandra.cql3.statements.AuthenticationStatement;
import org.apache.cassandra.cql3.statements.AuthorizationStatement;
import org.apache.cassandra.cql3.statements.BatchStatement;
import org.apache.cassandra.cql3.statements.ModificationStatement;
import org.apache.cassandra.cql3.statements.UseStatement;
import org.apache.cassandra.exceptions.UnauthorizedException;
import org.apache.cassandra.schema.SchemaConstants;
import org.apache.cassandra.service.ClientState;
import org.apache.cassandra.service.QueryState;
import org.apache.cassandra.tracing.TraceState;
import org.apache.cassandra.tracing.Tracing;
import org.apache.cassandra.transport.Dispatcher;
import org.apache.cassandra.transport.messages.ResultMessage;
import org.apache.cassandra.utils.MD5Digest;

/**
 * Stands before the engine's own query processor and makes every request count for its role. It changes no answer, but refuses a plain
 * role two things that Cassandra allows everybody.
 */
public final class CountingQueryHandler implements QueryHandler {
  private final QueryHandler engine = QueryProcessor.instance;

  @Override
  public CQLStatement parse(String text, QueryState state, QueryOptions options) {
    return engine.parse(text, state, options);
  }

  @Override
  public ResultMessage process(
      CQLStatement statement, QueryState state, QueryOptions options, Map<String, ByteBuffer> payload, Dispatcher.RequestTime time) {
    return counted(statement, state, () -> engine.process(statement, state, options, payload, time));
  }

  @Override
  public ResultMessage.Prepared prepare(String text, ClientState state, Map<String, ByteBuffer> payload) {
    return engine.prepare(text, state, payload);
  }

  @Override
  public QueryHandler.Prepared getPrepared(MD5Digest id) {
    return engine.getPrepared(id);
  }

  @Override
  public ResultMessage processPrepared(
      CQLStatement statement, QueryState state, QueryOptions options, Map<String, ByteBuffer> payload, Dispatcher.RequestTime time) {
    return counted(statement, state, () -> engine.processPrepared(statement, state, options, payload, time));
  }

  @Override
  public ResultMessage processBatch(
      BatchStatement batch, QueryState state, BatchQueryOptions options, Map<String, ByteBuffer> payload, Dispatcher.RequestTime time) {
    return counted(batch, state, () -> engine.processBatch(batch, state, options, payload, time));
  }

  private static ResultMessage counted(CQLStatement statement, QueryState state, Supplier<ResultMessage> run) {
    ClientState client = state.getClientState();
    if (client.getUser() == null || isHousekeeping(statement)) return run.get();
    if (!client.getUser().isSuper()) refuseWhatIsNotTheirs(statement);

    Work work = Work.of(client.getUser().getName());
    work.request(statementsIn(statement), isConditional(statement));
    TraceState before = Tracing.instance.get();
    Tracing.instance.set(new Work.Request(work));
    try {
      return run.get();
    } finally {
      Tracing.instance.set(before);
    }
  }

  /** What every client does on its own when it connects: USE, and reading the node's own tables, where a plain role cannot write. */
  private static boolean isHousekeeping(CQLStatement statement) {
    if (statement instanceof UseStatement) return true;
    if (!(statement instanceof CQLStatement.SingleKeyspaceCqlStatement)) return false;
    String keyspace = ((CQLStatement.SingleKeyspaceCqlStatement) statement).keyspace();
    return keyspace != null
        && (SchemaConstants.isLocalSystemKeyspace(keyspace) || SchemaConstants.isVirtualSystemKeyspace(keyspace));
  }

  /** What Cassandra lets every role do: read the traces of others, and change its own password. */
  private static void refuseWhatIsNotTheirs(CQLStatement statement) {
    if (statement instanceof AuthenticationStatement || statement instanceof AuthorizationStatement)
      throw new UnauthorizedException("roles and permissions are not yours to change or list");
    if (statement instanceof CQLStatement.SingleKeyspaceCqlStatement
        && SchemaConstants.TRACE_KEYSPACE_NAME.equals(((CQLStatement.SingleKeyspaceCqlStatement) statement).keyspace()))
      throw new UnauthorizedException("system_traces cannot be read here: it would show the statements of others");
  }

  private static int statementsIn(CQLStatement statement) {
    return statement instanceof BatchStatement ? ((BatchStatement) statement).getStatements().size() : 1;
  }

  private static boolean isConditional(CQLStatement statement) {
    if (statement instanceof BatchStatement) return ((BatchStatement) statement).hasConditions();
    return statement instanceof ModificationStatement && ((ModificationStatement) statement).hasConditions();
  }
}
