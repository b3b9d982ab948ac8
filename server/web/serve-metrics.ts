/** Serves a process's metrics on a port of their own, for a Prometheus elsewhere. */
import { createServer, type Server } from "node:http"
import type { Metrics } from "../metrics.ts"

export async function serveMetrics(port: number, { registry }: Pick<Metrics, "registry">): Promise<Server> {
  const server = createServer((_request, response) => {
    registry.metrics().then(
      (text) => response.setHeader("Content-Type", registry.contentType).end(text),
      () => response.writeHead(503).end(),
    )
  })
  await listen(server, port, "0.0.0.0")
  return server
}

/** Throws where the port is taken. */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, () => {
      server.off("error", reject)
      resolve()
    })
  })
}
