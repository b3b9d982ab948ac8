/** What the engine's container gets; each size with its reason. Read by the worker; starts nothing. */
import type { EngineContainer } from "../engine.ts"

const MiB = 1024 * 1024

const container: EngineContainer = {
  name: "cassandra",
  image: "cassandra",
  port: 9042,
  user: "10001:10001",
  // Heap 384, direct 128, and code, classes and stacks about 250; the rest is for the data on tmpfs, which counts here as well.
  memoryBytes: 1600 * MiB,
  pids: 400,
  cpus: 2,
  tmpfs: {
    "/var/lib/cassandra": "rw,nosuid,nodev,noexec,size=768m,uid=10001,gid=10001,mode=700",
    // JNA and Netty unpack their native parts here and run them: with noexec the engine never answers.
    "/tmp": "rw,nosuid,nodev,exec,size=64m,uid=10001,gid=10001,mode=700",
  },
  nofile: 8192,
  fileSizeBytes: 1024 * MiB,
  environment: {},
}
export default container
