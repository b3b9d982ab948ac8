/** The ordinary client that a submission gets, made in the host process. Holds no password but that of its own run role. */
import { Client, types } from "cassandra-driver"

/**
 * @param {Record<string, string | number>} settings what the space says: keyspace, user, password, datacenter
 * @param {{ host: string, port: number }} address where the engine is offered
 * @returns {Promise<{ name: string, client: Client }>}
 */
export async function connect(settings, { host, port }) {
  const client = new Client({
    contactPoints: [`${host}:${port}`],
    localDataCenter: String(settings.datacenter),
    keyspace: String(settings.keyspace),
    credentials: { username: String(settings.user), password: String(settings.password) },
    protocolOptions: { maxVersion: 4 },
    pooling: {
      coreConnectionsPerHost: { [types.distance.local]: 1 },
      // The process is stopped between calls: a heartbeat that waits for its answer meanwhile would take the node for dead.
      heartBeatInterval: 0,
    },
    // A run's schema does not change any more; tables are still looked up when asked for.
    isMetadataSyncEnabled: false,
    monitorReporting: { enabled: false },
  })
  await client.connect()
  return { name: "cassandra", client }
}
