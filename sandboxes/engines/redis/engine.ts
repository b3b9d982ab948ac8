/** Redis, as the driver uses it: a server process for each arm, with our counter inside, started by the container's supervisor. */
import { z } from "zod"
import { openAdminPort } from "../admin-port.ts"
import type { Engine, EngineDefinition } from "../engine.ts"
import { countNames } from "./counts.ts"
import { patternOf } from "./patterns.ts"
import { makeSpace } from "./spaces.ts"
import { inspectResp } from "./wire.ts"

const ADMIN = { engine: "Redis", host: "127.0.0.1", port: 6379 }
/** As many as the supervisor starts at a time; one for each arm. */
const SERVERS = 4

async function start({ deadlineMs }: { deadlineMs: number }): Promise<Engine> {
  const admin = await openAdminPort({ ...ADMIN, deadlineMs })
  const free = new Set(Array.from({ length: SERVERS }, (_, number) => number))
  return {
    async createSpace(arm) {
      const [number] = free
      if (number === undefined) throw new Error(`All ${SERVERS} servers have a space already.`)
      // Taken at once: others may ask while this server starts.
      free.delete(number)
      const space = await makeSpace(arm, number, admin)
      return { ...space, drop: () => space.drop().then(() => void free.add(number)) }
    },
    // What it does, it does at once; nothing is compacted later.
    settle: async () => {},
    patternOf,
    facts: () => admin.ask("facts", z.record(z.string(), z.string())),
    async close() {
      admin.close()
    },
  }
}

const redis: EngineDefinition = {
  name: "redis",
  model: "keys",
  countNames,
  start,
  inspect: (settings) => inspectResp(settings === undefined ? undefined : String(settings.user)),
  clientPackages: ["ioredis"],
  // Sixteen calls at a time, each with a pipeline of some hundreds of commands.
  mostInFlight: 16_384,
  statementsAreShapes: true,
}
export default redis
