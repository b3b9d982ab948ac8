/** What the engine's container gets; each size with its reason. Read by the worker; starts nothing. */
import type { EngineContainer } from "../engine.ts"

const MiB = 1024 * 1024

const container: EngineContainer = {
  name: "redis",
  image: "redis",
  port: 6379,
  user: "10002:10002",
  // Four servers with at most 160 MiB of data each; of the rest that each may take (supervisor/servers.c), all four at once never have it.
  memoryBytes: 1024 * MiB,
  // A server has one thread for commands and five that wait.
  pids: 48,
  cpus: 2,
  // Nothing is written: data lives in memory only.
  tmpfs: {},
  nofile: 1024,
  fileSizeBytes: MiB,
  environment: {},
}
export default container
