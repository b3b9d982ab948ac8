/** Why a server refused a request is read from what it says, as it comes. */
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { gzipSync } from "node:zlib"
import { expect, it } from "vitest"
import { openEndpoint } from "../../../graders/judge/openai.ts"

it.each([true, false])("names the parameter that was refused (compressed: %s)", async (compressed) => {
  const body = JSON.stringify({ error: { message: "not with this model", param: "temperature" } })
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(400, {
      "content-type": "application/json",
      ...(compressed && { "content-encoding": "gzip" }),
    })
    response.end(compressed ? gzipSync(body) : body)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const outcome = await openEndpoint({ apiKey: "none", baseUrl, model: "m" }).ask({
    messages: [{ role: "user", content: "Are you ready?" }],
    form: { name: "ready", schema: {} },
    mode: "JSON mode",
    temperature: true,
    mostTokens: 100,
    limitName: "max_tokens",
    idempotencyKey: "one",
    signal: AbortSignal.timeout(10_000),
  })
  server.closeAllConnections()
  server.close()
  expect(outcome).toMatchObject({ kind: "no reply", status: 400, refusedParameter: "temperature" })
})
