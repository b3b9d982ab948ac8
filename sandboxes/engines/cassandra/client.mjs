/** The ordinary client that a submission gets, made in the host process. Holds no password but that of its own run role. */
import { Client, types } from "cassandra-driver"

/**
 * Where metadata are not kept in step, the driver looks a table up anew for every query of its Mapper, and a type for every literal: several reads of the engine's own tables,
 * while calls are counted and timed. A run's schema does not change any more, so once for each name is enough.
 * @param {import("cassandra-driver").metadata.Metadata} metadata
 * @param {"getTable" | "getUdt"} method
 */
function onceEach(metadata, method) {
  const known = new Map()
  const lookUp = metadata[method].bind(metadata)
  metadata[method] = (keyspace, name, callback) => {
    const key = JSON.stringify([keyspace, name])
    if (!known.has(key)) {
      const found = lookUp(keyspace, name)
      known.set(key, found)
      // What failed, or is not there yet, is looked up again.
      found.then(
        (one) => one ?? known.delete(key),
        () => known.delete(key),
      )
    }
    const found = known.get(key)
    if (typeof callback !== "function") return found
    found.then((one) => callback(null, one), callback)
  }
}

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
  onceEach(client.metadata, "getTable")
  onceEach(client.metadata, "getUdt")
  return { name: "cassandra", client }
}
