/** The ordinary client that a submission gets, made in the host process. Holds no password but that of its own run's user. */
import { Redis } from "ioredis"

/** A lost connection is opened again this many times in a row, with pauses: beyond it something is wrong that trying does not mend. */
const TRIES = 5
const PAUSE_MS = 50

/**
 * @param {Record<string, string | number>} settings what the space says: user, password
 * @param {{ host: string, port: number }} address where the engine is offered
 * @returns {Promise<{ name: string, client: Redis }>}
 */
export async function connect(settings, { host, port }) {
  const client = new Redis({
    host,
    port,
    username: String(settings.user),
    password: String(settings.password),
    lazyConnect: true,
    // A run's user may not ask for INFO, and the server is ready before there is such a user.
    enableReadyCheck: false,
    disableClientInfo: true,
    // A command is sent once, and fails when its connection closes: whoever sends it decides whether it may be sent again.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => (times > TRIES ? null : times * PAUSE_MS),
  })
  await client.connect()
  // A duplicate, for a subscription say, connects by itself as one would expect.
  client.options.lazyConnect = false
  return { name: "redis", client }
}
