/**
 * An OpenAI-compatible server on the loopback that says what its script says: real sockets, so that they can stall and break. Counts calls, and
 * charges each Idempotency-Key once, as servers do that honour it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as pause } from "node:timers/promises"
import { type Asked, readAsked } from "./asked.ts"
import type { Choice, Completion, Fault } from "./fault.ts"

export const MODES = ["strict schema", "JSON mode", "tools", "text"] as const
export type Mode = (typeof MODES)[number]

export interface Script {
  /** The reply as data; it is written as JSON where that is asked for. */
  say(asked: Asked): unknown
  /** What goes wrong with the nth call (from 0; the probes of an endpoint do not count); null: nothing. */
  fault?(call: number, asked: Asked): Fault | null
  /** The most that this server honours; what asks for more is refused with 400. */
  mode?: Mode
  /** Takes a response_format without a word and ignores it. */
  ignoresFormat?: boolean
  temperature?: boolean
  /** Does not know idempotency keys: the same call is answered anew. */
  forgetful?: boolean
  /** From a request's arrival to its reply. */
  latencyMs?: number
}

/** A request that was answered, or was not. */
export interface Served {
  path: string
  /** The header; null: none came. */
  idempotencyKey: string | null
  authorization: string | null
  body: Record<string, unknown>
  asked: Asked
  fault: string | null
  /** The same key had been answered before: the old completion was sent again, without charge. */
  again: boolean
  /** A good completion was generated, and charged; it may have been lost on its way. A bad one is charged as well, and rightly asked for anew. */
  generated: boolean
}

export interface ScriptedJudge extends AsyncDisposable {
  /** Ends in /v1. */
  baseUrl: string
  served: Served[]
  /** How often each key was charged: a completion that was generated whole is charged, whether or not it arrived. */
  charges: Map<string, number>
}

/** Port 0 takes a free one. */
export async function startScriptedJudge(script: Script, port = 0): Promise<ScriptedJudge> {
  const served: Served[] = []
  const charges = new Map<string, number>()
  const kept = new Map<string, unknown>()
  let calls = 0

  const server = createServer((request, response) => {
    answer(request, response).catch((problem) => {
      if (!response.headersSent) refuse(response, 500, String(problem))
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedMs = performance.now()
    const path = new URL(request.url ?? "/", "http://localhost").pathname
    if (path === "/v1/models" && request.method === "GET")
      return send(response, 200, { object: "list", data: [{ id: "scripted", object: "model", owned_by: "test" }] })
    if (path !== "/v1/chat/completions" || request.method !== "POST")
      return refuse(response, 404, `No such address: ${path}`)
    const text = await textOf(request)
    // Nobody who has just sent several requests waits for this one's words to be found: they all have arrived by then.
    if (script.latencyMs) await pause(script.latencyMs / 2)
    const body = JSON.parse(text) as Record<string, unknown>
    const refusal = notHonoured(script, body)
    const asked = readAsked(body)
    const fault = refusal || asked.purpose === "probe" ? null : (script.fault?.(calls, asked) ?? null)
    if (!refusal && asked.purpose !== "probe") calls++
    const key = header(request, "idempotency-key")
    const old = key === null ? undefined : kept.get(key)
    const one: Served = {
      path,
      idempotencyKey: key,
      authorization: header(request, "authorization"),
      body,
      asked,
      fault: refusal ? `refused: ${refusal}` : (fault?.name ?? null),
      again: old !== undefined,
      generated: false,
    }
    served.push(one)
    if (refusal) return refuse(response, 400, refusal)
    const said = fault?.status || old ? null : complete(script, body, asked, served.length)
    // What it takes to find the words is part of the latency, as it is of a model's.
    if (script.latencyMs) await pause(Math.max(0, arrivedMs + script.latencyMs - performance.now()))
    if (fault?.status) return send(response, fault.status.code, fault.status.body, fault.status.headers)
    const completion = old ?? spoilt(said!, fault)
    if (!old) {
      const account = key ?? `call ${served.length}`
      charges.set(account, (charges.get(account) ?? 0) + 1)
      one.generated = !spoils(fault)
      if (key !== null && !script.forgetful) kept.set(key, completion)
    }
    deliver(response, completion, fault, performance.now() - arrivedMs)
  }

  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    served,
    charges,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Prompts for which a good completion was charged more than once, each as the keys under which it was. */
export function chargedTwice({ served }: ScriptedJudge): (string | null)[][] {
  const byPrompt = Map.groupBy(
    served.filter(({ generated, asked }) => generated && asked.purpose !== "probe"),
    ({ body }) => JSON.stringify([body.model, body.messages]),
  )
  return [...byPrompt.values()]
    .filter((times) => times.length > 1)
    .map((times) => times.map(({ idempotencyKey }) => idempotencyKey))
}

const spoils = (fault: Fault | null) => Boolean(fault?.content || fault?.choice || fault?.completion)

function complete(script: Script, body: Record<string, unknown>, asked: Asked, nth: number): Completion {
  const said = script.say(asked)
  const content = typeof said === "string" ? said : JSON.stringify(said)
  const tool = script.ignoresFormat ? undefined : asked.tool
  const prompt = JSON.stringify(body.messages).length
  const usage = {
    prompt_tokens: Math.ceil(prompt / 4),
    completion_tokens: Math.ceil(content.length / 4),
    total_tokens: 0,
  }
  usage.total_tokens = usage.prompt_tokens + usage.completion_tokens
  const choice: Choice = tool
    ? {
        index: 0,
        message: {
          role: "assistant",
          content: null,
          refusal: null,
          tool_calls: [{ id: `call_${nth}`, type: "function", function: { name: tool, arguments: content } }],
        },
        finish_reason: "tool_calls",
        logprobs: null,
      }
    : { index: 0, message: { role: "assistant", content, refusal: null }, finish_reason: "stop", logprobs: null }
  return {
    id: `chatcmpl-${nth}`,
    object: "chat.completion",
    created: 1_790_000_000,
    model: String(body.model),
    choices: [choice],
    usage,
  }
}

/** As a model that fails says it. What it said is what a server knows by its key. */
function spoilt(completion: Completion, fault: Fault | null): unknown {
  const [first] = completion.choices
  const content = fault?.content ? fault.content(textIn(first)) : undefined
  const changed = content === undefined ? first : withText(first, content)
  const choice = fault?.choice ? fault.choice(changed) : changed
  const whole = { ...completion, choices: [choice] } as Completion
  return fault?.completion ? fault.completion(whole) : whole
}

function deliver(response: ServerResponse, completion: unknown, fault: Fault | null, tookMs: number): void {
  const body = Buffer.from(JSON.stringify(completion))
  const bytes = fault?.bytes ? fault.bytes(body) : body
  // As OpenAI's servers say it: its own part of what a call takes.
  const headers = { "content-type": "application/json", "openai-processing-ms": tookMs.toFixed(1), ...fault?.headers }
  if (fault?.send) fault.send(response, bytes, headers)
  else response.writeHead(200, headers).end(bytes)
}

const textIn = ({ message }: Choice) => message.tool_calls?.[0].function.arguments ?? message.content ?? ""

function withText(choice: Choice, text: string | null): Choice {
  const [call] = choice.message.tool_calls ?? []
  if (!call || text === null) return { ...choice, message: { ...choice.message, content: text } }
  const changed = { ...call, function: { ...call.function, arguments: text } }
  return { ...choice, message: { ...choice.message, tool_calls: [changed] } }
}

/** What this server refuses, in a server's words; null: nothing. */
function notHonoured(script: Script, body: Record<string, unknown>): string | null {
  const able = MODES.indexOf(script.mode ?? "strict schema")
  const format = (body.response_format as { type?: string } | undefined)?.type
  if (script.temperature === false && body.temperature !== undefined)
    return "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."
  if (script.ignoresFormat) return null
  if (format === "json_schema" && able > MODES.indexOf("strict schema"))
    return "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
  if (format === "json_object" && able > MODES.indexOf("JSON mode")) return "'response_format.type' must be 'text'."
  if (body.tools !== undefined && able > MODES.indexOf("tools")) return "This model does not support tools."
  return null
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === "string" ? body : JSON.stringify(body)
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(status === 204 ? undefined : text)
}

const refuse = (response: ServerResponse, status: number, message: string) =>
  send(response, status, { error: { message, type: "invalid_request_error", param: null, code: null } })

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return typeof value === "string" ? value : null
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}
